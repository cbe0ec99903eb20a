// The MQTT broker `aedes` on the port of the argument.
const net = require("node:net");
const { createRequire } = require("node:module");
const path = require("node:path");

const [peers, port] = process.argv.slice(2);
const { Aedes } = createRequire(path.join(path.resolve(peers), "node_modules/"))("aedes");
Aedes.createBroker().then((broker) =>
  net.createServer(broker.handle).listen(Number(port), "127.0.0.1"),
);
