package dev.nauarch.scheduling;

/** Nodes with devices, and how devices and requests are written in tests. */
abstract class DeviceScene {

  static final String ANY = "'requests':[{'name':'gpu','exactly':{'deviceClassName':'gpu'}}]";

  final DeviceWorld world = new DeviceWorld();

  static String device(String name, String rest) {
    return "{'name':'" + name + "'" + (rest.isEmpty() ? "" : "," + rest) + "}";
  }

  static String request(String name, String rest) {
    return "{'name':'" + name + "','exactly':{'deviceClassName':'gpu'," + rest + "}}";
  }

  static String cel(String expression) {
    return "'selectors':[{'cel':{'expression':'" + expression.replace("'", "\\u0027") + "'}}]";
  }

  final void gpus() {
    world.deviceClass("gpu", cel("device.driver == \\\"d\\\""));
  }

  final void twoNodes() {
    gpus();
    world.node("n1");
    world.node("n2");
    world.devices("n1", device("a", ""), device("b", ""));
    world.devices(
        "n2",
        device(
            "c", "'attributes':{'model':{'string':'big'}},'capacity':{'memory':{'value':'80Gi'}}"));
  }
}
