//! The pages that people read: every link leads somewhere, and every table fits the window.

use std::fs;
use std::path::{Path, PathBuf};

const GUIDE: &str = "dd-trace-runtime/src/guide";
const ON_DOCS_RS: &str = "https://docs.rs/dd-trace-runtime/latest/dd_trace_runtime/";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn guide_pages() -> Vec<String> {
    let files = fs::read_dir(root().join(GUIDE)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<String> = names.map(|name| format!("{GUIDE}/{name}")).collect();
    pages.sort();
    pages
}

/// All pages in Markdown, the guide's among them.
fn pages() -> Vec<String> {
    let others = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "bench/README.md",
        "dd-trace-macros/README.md",
        "emulator/README.md",
    ];
    let others = others.into_iter().map(str::to_owned);
    others.chain(guide_pages()).collect()
}

/// A page without its blocks of code.
fn prose(page: &str) -> String {
    let outside = page.split("```").step_by(2);
    outside.collect()
}

/// Where the links of a page lead.
fn links(page: &str) -> Vec<String> {
    let prose = prose(page);
    let targets = prose.split("](").skip(1);
    let named = targets.filter_map(|rest| rest.split_once(')'));
    let bare = prose.split("<http").skip(1);
    let bare = bare.filter_map(|rest| rest.split_once('>'));
    named
        .map(|(target, _)| target.to_owned())
        .chain(bare.map(|(target, _)| format!("http{target}")))
        .collect()
}

/// The names that rustdoc and GitHub give the headings of a page, or of a module's documentation.
fn anchors(page: &str) -> Vec<String> {
    let documentation = page.lines().filter_map(|line| line.strip_prefix("//! "));
    let documentation = documentation.collect::<Vec<_>>().join("\n");
    let prose = prose(if documentation.is_empty() {
        page
    } else {
        &documentation
    });
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let name = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let letters = text.chars().filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || "-_".contains(letter) => Some(letter),
            _ => None,
        });
        letters.collect()
    };
    headings.map(name).collect()
}

/// Says what is wrong with a link, if anything is. Paths of items are rustdoc's to check.
fn fault(from: &str, target: &str) -> Option<String> {
    let (place, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if place.is_empty() {
        from.to_owned()
    } else if let Some(place) = place.strip_prefix(ON_DOCS_RS) {
        match place.split('/').collect::<Vec<_>>()[..] {
            ["guide", page, "index.html"] => format!("{GUIDE}/{page}.md"),
            [module, "index.html"] => format!("dd-trace-runtime/src/{module}/mod.rs"),
            _ => return Some("neither a page of the guide nor a module".to_owned()),
        }
    } else if let Some(page) = place.strip_prefix("crate::guide::") {
        format!("{GUIDE}/{page}.md")
    } else if anchor.is_empty() && place.contains("::") {
        return None;
    } else if let Some(module) = place.strip_prefix("crate::") {
        format!("dd-trace-runtime/src/{}/mod.rs", module.replace("::", "/"))
    } else if place.starts_with("http") {
        return fault_of_address(place);
    } else if from.starts_with(GUIDE) {
        format!("{GUIDE}/{place}.md")
    } else {
        let folder = Path::new(from).parent().unwrap();
        folder.join(place).to_str().unwrap().to_owned()
    };
    let Ok(page) = fs::read_to_string(root().join(&file)) else {
        return Some(format!("there is no {file}"));
    };
    let is_there = anchor.is_empty() || anchors(&page).iter().any(|name| name == anchor);
    (!is_there).then(|| format!("{file} has no heading `#{anchor}`"))
}

/// Says what is wrong with the form of an address elsewhere; whether it answers is not asked.
fn fault_of_address(address: &str) -> Option<String> {
    if address.starts_with("http://127.0.0.1:") {
        return None;
    }
    let Some(rest) = address.strip_prefix("https://") else {
        return Some("not https".to_owned());
    };
    let host = rest.split('/').next().unwrap_or_default();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    let is_host = host.contains('.') && host.chars().all(is_name);
    let is_path = rest.chars().all(|letter| letter.is_ascii_graphic());
    (!is_host || !is_path).then(|| "no address".to_owned())
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for path in pages() {
        for target in links(&read(&path)) {
            checked += 1;
            if let Some(fault) = fault(&path, &target) {
                panic!("{path} links to {target}: {fault}");
            }
        }
    }
    assert!(checked > 100, "only {checked} links were found");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let guide = format!("{GUIDE}/faults.md");
    for (target, problem) in [
        ("nowhere", "there is no"),
        ("debugging#nothing", "no heading `#nothing`"),
        ("#nothing", "no heading `#nothing`"),
        ("crate::guide::recipes#nothing", "no heading `#nothing`"),
        ("crate::guide::nowhere", "there is no"),
        ("crate::batch#nothing", "no heading `#nothing`"),
        (
            "https://docs.rs/dd-trace-runtime/latest/dd_trace_runtime/x.html",
            "neither",
        ),
        (
            "https://docs.rs/dd-trace-runtime/latest/dd_trace_runtime/x/index.html",
            "there is no",
        ),
        ("http://docs.rs/serde", "not https"),
        ("https://docs", "no address"),
        ("https://docs.rs/a b", "no address"),
    ] {
        let found = fault(&guide, target).unwrap_or_default();
        assert!(found.contains(problem), "{target}: {found}");
    }
    assert_eq!(fault(&guide, "#when-time-runs-out"), None);
}

#[test]
fn the_readme_links_to_each_page_of_the_guide() {
    let readme = read("README.md");
    for page in guide_pages() {
        let name = Path::new(&page).file_stem().unwrap().to_str().unwrap();
        let link = format!("({ON_DOCS_RS}guide/{name}/index.html)");
        assert!(readme.contains(&link), "README.md has no link to `{name}`");
    }
}

/// Folders are named as in the repository, or as in the runtime's `src`.
#[test]
fn each_path_of_contributing_is_there() {
    let page = prose(&read("CONTRIBUTING.md"));
    let names = page.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| name.contains('/') && !name.contains([' ', '<', ':']);
    let paths: Vec<&str> = names.filter(is_path).collect();
    assert!(paths.len() > 40, "only {} paths were found", paths.len());
    for path in paths {
        let folders = ["", "dd-trace-runtime/src", "dd-trace-runtime"];
        let is_there = folders
            .iter()
            .any(|folder| root().join(folder).join(path).exists());
        assert!(is_there, "CONTRIBUTING.md names `{path}`");
    }
}

/// The widest part of a cell that a browser can't break, in pixels of rustdoc's fonts.
fn widest(cell: &str) -> f64 {
    const CODE: f64 = 9.65;
    const TEXT: f64 = 8.5;
    let cell = cell
        .replace("<code>", "`")
        .replace("</code>", "`")
        .replace('\\', "");
    let mut widest = 0.0_f64;
    for (at, part) in cell.split('`').enumerate() {
        let letter = if at % 2 == 1 { CODE } else { TEXT };
        // A link is as wide as its text.
        let text = part.split("](").map(|text| match text.split_once(')') {
            Some((_, after)) if at % 2 == 0 => after,
            _ => text,
        });
        let text = text.collect::<String>().replace("<wbr>", " ");
        let words = text.split([' ', '-', '[', '<', '/']);
        let longest = words.map(|word| word.chars().count()).max().unwrap_or(0);
        #[allow(clippy::cast_precision_loss, reason = "a word is short")]
        let width = longest as f64 * letter;
        widest = widest.max(width);
    }
    widest
}

/// A window of 1,000 pixels leaves 716 beside rustdoc's sidebar.
#[test]
fn the_tables_fit_a_window_of_a_thousand_pixels() {
    const COLUMN: f64 = 716.0;
    const PADDING: f64 = 17.0;
    for path in guide_pages() {
        let page = prose(&read(&path));
        for table in page.split("\n\n").filter(|part| part.starts_with("| ")) {
            let mut columns: Vec<(f64, &str)> = Vec::new();
            for row in table.lines() {
                let cells = row.trim_matches('|').split(" | ");
                for (at, cell) in cells.enumerate() {
                    let width = widest(cell) + PADDING;
                    match columns.get_mut(at) {
                        None => columns.push((width, cell)),
                        Some(widest) if width > widest.0 => *widest = (width, cell),
                        Some(_) => {}
                    }
                }
            }
            let width: f64 = columns.iter().map(|(width, _)| width).sum();
            assert!(
                width <= COLUMN,
                "{path}: a table needs {width:.0} pixels; write `<wbr>` into the names: {columns:#?}"
            );
        }
    }
}
