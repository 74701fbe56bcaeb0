package dev.nauarch.apiserver.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ObjectPartTest {

  private static String read(String json, String... places) {
    var bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new StoredObject("a", bytes, 1)
        .part(ObjectPart.of(places))
        .toString()
        .replace('"', '\'');
  }

  @Test
  void onlyWhatIsAskedForIsRead() {
    var json = "{'a':{'b':[1,{'c':'}'}],'d':{'e':null}},'f':'x','g':{'h':1,'i':2}}";
    assertEquals("{'a':{'b':[1,{'c':'}'}]},'f':'x'}", read(json, "a.b", "f"));
    assertEquals("{'a':{'d':{'e':null}},'g':{'h':1,'i':2}}", read(json, "a.d", "g"));
    assertEquals("{'g':{'i':2}}", read(json, "g.i", "g.j", "nothing"));
  }

  @Test
  void ofItemsOfListsTheSameFieldsAreRead() {
    var json = "{'l':[{'a':1,'b':'x'},{'b':'y'},{'b':{'c':[]}}],'m':[]}";
    assertEquals("{'l':[{'b':'x'},{'b':'y'},{'b':{'c':[]}}],'m':[]}", read(json, "l.b", "m.b"));
  }

  @Test
  void textsMayHaveEscapesAndAnyLetters() {
    var json = "{'a':'\\u0022x\\n','b':{'\\u0041':'\\\\','c':'ü€😀'},'c':[true,null,-1.5e3]}";
    var bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    var object = new StoredObject("a", bytes, 0);
    assertEquals(object.tree(), object.part(ObjectPart.of("a", "b", "c")));
  }

  @Test
  void aTextWhereFieldsWereExpectedIsRead() {
    assertEquals("{'f':'x'}", read("{'f':'x'}", "f.name"));
  }
}
