//! As much of `MessagePack` as spans need. Numbers have a fixed width, so that a duration can be filled in later.

/// Tags that stay the same, as they are sent.
#[derive(Default)]
pub struct Ready {
    entries: u16,
    bytes: Vec<u8>,
}

impl Ready {
    pub fn new(tags: &[(&str, &str)]) -> Self {
        let mut out = Out::default();
        for (key, value) in tags {
            out.tag(key, value);
        }
        Self {
            entries: out.entries,
            bytes: out.bytes,
        }
    }
}

#[derive(Default)]
pub struct Out {
    pub bytes: Vec<u8>,
    /// Where the length of the open map of tags stands, and how many tags it has.
    length_at: usize,
    entries: u16,
}

impl Out {
    /// The header of an array of fewer than 16 values, or of more.
    pub fn array(&mut self, length: u16) {
        match u8::try_from(length) {
            Ok(short @ ..16) => self.bytes.push(0x90 | short),
            _ => {
                self.bytes.push(0xdc);
                self.bytes.extend_from_slice(&length.to_be_bytes());
            }
        }
    }

    /// The header of a map of fewer than 16 entries.
    pub fn map(&mut self, length: u8) {
        self.bytes.push(0x80 | length);
    }

    #[inline]
    pub fn text(&mut self, text: &str) {
        self.text_header(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A text in parts.
    pub fn concat(&mut self, parts: &[&str]) {
        self.text_header(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
    }

    #[inline]
    fn text_header(&mut self, length: usize) {
        match u8::try_from(length) {
            Ok(short @ ..32) => self.bytes.push(0xa0 | short),
            Ok(length) => self.bytes.extend_from_slice(&[0xd9, length]),
            Err(_) => {
                self.bytes.push(0xda);
                self.bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
        }
    }

    pub fn unsigned(&mut self, number: u64) {
        self.bytes.push(0xcf);
        self.bytes.extend_from_slice(&number.to_be_bytes());
    }

    pub fn float(&mut self, number: f64) {
        self.bytes.push(0xcb);
        self.bytes.extend_from_slice(&number.to_be_bytes());
    }

    /// What comes next in the map of tags.
    pub fn open_tags(&mut self) {
        self.bytes.push(0xde);
        self.length_at = self.bytes.len();
        self.bytes.extend_from_slice(&[0, 0]);
        self.entries = 0;
    }

    pub fn close_tags(&mut self) {
        self.bytes[self.length_at..][..2].copy_from_slice(&self.entries.to_be_bytes());
    }

    #[inline]
    pub fn tag(&mut self, key: &str, value: &str) {
        self.text(key);
        self.text(value);
        self.entries += 1;
    }

    pub fn tag_if(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.tag(key, value);
        }
    }

    /// A tag whose value is in parts.
    pub fn tag_concat(&mut self, key: &str, parts: &[&str]) {
        self.text(key);
        self.concat(parts);
        self.entries += 1;
    }

    pub fn ready(&mut self, tags: &Ready) {
        self.bytes.extend_from_slice(&tags.bytes);
        self.entries += tags.entries;
    }
}
