package dev.nauarch.nodeagent.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a layer into an empty directory of its own, in the form that overlayfs takes: what the
 * layer hides of those below it becomes a device 0/0 of the same name (see {@link Directory#hide}).
 * Links in a path of the layer are followed within the directory only, as if it were the root,
 * which is also what a container sees; an entry whose path names a parent directory ({@code ..}) is
 * refused.
 */
public final class LayerWriter {
  private static final String BOOKKEEPING = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final int LINKS_MAX = 40;
  private static final int NAME_BYTES_MAX = 4096;
  private static final int BUFFER_BYTES = 1 << 18;

  private final Directory root;
  private final List<Directory> lower;
  private final LayerLimits limits;
  private final boolean asRoot;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** What directories get once everything is in them, since that changes it. */
  private final Map<String, Inode> finishByDirectory = new LinkedHashMap<>();

  /** The directories of this layer that show nothing of the layers below. */
  private final TreeSet<String> opaque = new TreeSet<>();

  private final Set<String> whiteouts = new HashSet<>();

  private LayerWriter(Directory root, List<Directory> lower, LayerLimits limits, boolean asRoot) {
    this.root = root;
    this.lower = lower;
    this.limits = limits;
    this.asRoot = asRoot;
  }

  /**
   * Writes a layer.
   *
   * @param in the archive, not compressed; read to its end
   * @param target an empty directory
   * @param lower the directories of the layers below it, the highest first
   * @param asRoot whether owners, devices and the like can be set; without that, all belongs to
   *     this user, and devices are left out
   * @throws IOException where the archive is broken or refused; what is in the directory then means
   *     nothing
   */
  public static void write(
      InputStream in, Path target, List<Path> lower, LayerLimits limits, boolean asRoot)
      throws IOException {
    var open = new ArrayList<Directory>();
    try (var root = Directory.open(target)) {
      for (var each : lower) {
        open.add(Directory.open(each));
      }
      root.setRights(0755);
      new LayerWriter(root, open, limits, asRoot).write(in);
      root.sync();
    } finally {
      open.forEach(Directory::close);
    }
  }

  private void write(InputStream in) throws IOException {
    var reader = new TarReader(in);
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      limits.countEntry();
      try {
        write(entry.get(), reader);
      } catch (IOException e) {
        throw new IOException("the entry " + entry.get().name() + ": " + e.getMessage(), e);
      }
    }
    in.transferTo(OutputStream.nullOutputStream());
    for (var directory : opaque) {
      hideLower(words(directory));
    }
    for (var directory : new ArrayList<>(finishByDirectory.keySet()).reversed()) {
      finish(directory);
    }
  }

  private static List<String> words(String path) throws IOException {
    if (path.length() > NAME_BYTES_MAX || path.indexOf('\0') >= 0) {
      throw new IOException("its name is no path");
    }
    var words = new ArrayList<String>();
    for (var word : path.split("/", -1)) {
      if (word.equals("..")) {
        throw new IOException("its name leads to a parent directory");
      }
      if (!word.isEmpty() && !word.equals(".")) {
        words.add(word);
      }
    }
    return words;
  }

  private void write(TarEntry entry, TarReader reader) throws IOException {
    var words = words(entry.name());
    if (words.isEmpty()) {
      if (entry.kind() == '5') {
        finishByDirectory.put("", inode(entry, Inode.DIRECTORY));
      }
      return;
    }
    var name = words.getLast();
    var above = words.subList(0, words.size() - 1);
    if (above.stream().anyMatch(word -> word.startsWith(Directory.HIDING))) {
      throw new IOException("it is below a name that hides others");
    }
    try (var parent = new Place(above, true)) {
      if (name.equals(OPAQUE)) {
        opaque.add(parent.path());
      } else if (name.startsWith(Directory.HIDING) && !name.startsWith(BOOKKEEPING)) {
        hide(parent, name.substring(Directory.HIDING.length()));
      } else if (!name.startsWith(BOOKKEEPING)) {
        write(entry, reader, parent, name);
      }
    }
  }

  private static Inode inode(TarEntry entry, int type) {
    return new Inode(
        type | (entry.mode() & 07777),
        entry.user(),
        entry.group(),
        entry.seconds(),
        entry.nanos(),
        entry.size(),
        entry.deviceMajor(),
        entry.deviceMinor());
  }

  private void write(TarEntry entry, TarReader reader, Place parent, String name)
      throws IOException {
    var directory = parent.directory();
    var before = directory.inode(name);
    var isDirectory = entry.kind() == '5';
    if (before.isPresent() && !(isDirectory && before.get().isDirectory())) {
      directory.remove(name);
      finishByDirectory.keySet().removeIf(path -> isWithin(path, parent.pathOf(name)));
      opaque.removeIf(path -> isWithin(path, parent.pathOf(name)));
    }
    if (whiteouts.contains(parent.pathOf(name))) {
      directory.remove(Directory.HIDING + name);
      if (isDirectory) {
        // What was hidden before it came stays hidden.
        opaque.add(parent.pathOf(name));
      }
    }
    switch (entry.kind()) {
      case '0' -> writeFile(entry, reader, directory, name);
      case '1' -> writeHardLink(entry, directory, name);
      case '2' -> {
        if (entry.target().isEmpty() || entry.target().indexOf('\0') >= 0) {
          throw new IOException("it is a link to nothing");
        }
        directory.makeLink(name, entry.target());
        settle(entry, directory, name);
      }
      case '3' -> writeNode(entry, directory, name, Inode.CHARACTERS);
      case '4' -> writeNode(entry, directory, name, Inode.BLOCKS);
      case '5' -> writeDirectory(entry, parent, name);
      case '6' -> writeNode(entry, directory, name, Inode.PIPE);
      default -> throw new IOException("its kind '" + entry.kind() + "' is not known");
    }
  }

  private static boolean isWithin(String path, String above) {
    return path.equals(above) || path.startsWith(above + "/");
  }

  private void writeFile(TarEntry entry, TarReader reader, Directory directory, String name)
      throws IOException {
    try (var file = directory.makeFile(name)) {
      for (var part : entry.parts()) {
        for (var done = 0L; done < part.length(); ) {
          var count = reader.read(buffer, 0, (int) Math.min(buffer.length, part.length() - done));
          if (count < 0) {
            throw new IOException("it ends early");
          }
          limits.countBytes(count);
          file.write(buffer, count, part.offset() + done);
          done += count;
        }
      }
      file.setSize(entry.size());
      if (asRoot) {
        file.setOwner(entry.user(), entry.group());
      }
      // Giving a file away takes its set-user-id bit and its capabilities.
      file.setRights(entry.mode() & 07777);
      for (var attribute : entry.attributes().entrySet()) {
        if (isTaken(attribute.getKey())) {
          file.setAttribute(attribute.getKey(), attribute.getValue());
        }
      }
    }
    directory.setTime(name, entry.seconds(), entry.nanos());
  }

  /** Whether an attribute means something to programs; others speak to this machine's kernel. */
  private boolean isTaken(String name) {
    return name.equals("security.capability")
        ? asRoot
        : name.startsWith("user.") && !name.startsWith("user.overlay.");
  }

  private void writeHardLink(TarEntry entry, Directory directory, String name) throws IOException {
    var target = words(entry.target());
    if (target.isEmpty()) {
      throw new IOException("it is a hard link to nothing");
    }
    try (var place = new Place(target.subList(0, target.size() - 1), false)) {
      var found = place.directory().inode(target.getLast());
      if (found.isEmpty() || found.get().isDirectory() || found.get().isWhiteout()) {
        throw new IOException(
            "it is a hard link to " + entry.target() + ", which is no file of its layer");
      }
      directory.makeHardLink(name, place.directory(), target.getLast());
    }
  }

  private void writeNode(TarEntry entry, Directory directory, String name, int type)
      throws IOException {
    var isDevice = type != Inode.PIPE;
    if (isDevice && entry.deviceMajor() == 0 && entry.deviceMinor() == 0) {
      throw new IOException("a device 0/0 is how a layer hides a file, and can't be in one");
    }
    if (isDevice && !asRoot) {
      return;
    }
    directory.makeNode(name, type | 0600, entry.deviceMajor(), entry.deviceMinor());
    settle(entry, directory, name);
    directory.setRights(name, entry.mode() & 07777);
  }

  private void settle(TarEntry entry, Directory directory, String name) throws IOException {
    if (asRoot) {
      directory.setOwner(name, entry.user(), entry.group());
    }
    directory.setTime(name, entry.seconds(), entry.nanos());
  }

  private void writeDirectory(TarEntry entry, Place parent, String name) throws IOException {
    if (parent.directory().inode(name).isEmpty()) {
      parent.directory().makeDirectory(name);
    }
    finishByDirectory.remove(parent.pathOf(name));
    finishByDirectory.put(parent.pathOf(name), inode(entry, Inode.DIRECTORY));
    try (var made = parent.directory().directory(name).orElseThrow()) {
      for (var attribute : entry.attributes().entrySet()) {
        if (isTaken(attribute.getKey())) {
          made.setAttribute(attribute.getKey(), attribute.getValue());
        }
      }
    }
  }

  /** Gives a directory its owner, rights and time, once all is in it. */
  private void finish(String path) throws IOException {
    var wanted = finishByDirectory.get(path);
    var words = words(path);
    if (wanted == null) {
      return;
    }
    try (var place = new Place(words, false)) {
      if (asRoot) {
        place.directory().setOwner(".", wanted.user(), wanted.group());
      }
      place.directory().setRights(wanted.rights());
      place.directory().setTime(".", wanted.seconds(), wanted.nanos());
    }
  }

  /** Hides what the layers below have of a name; what this layer has of it stays. */
  private void hide(Place parent, String name) throws IOException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IOException("it hides nothing that has a name");
    }
    var path = parent.pathOf(name);
    whiteouts.add(path);
    var own = parent.directory().shown(name);
    if (own.isEmpty()) {
      if (isInLower(words(path))) {
        parent.directory().hide(name);
      }
    } else if (own.get().isDirectory()) {
      opaque.add(path);
    }
  }

  private boolean isInLower(List<String> words) throws IOException {
    return lowerInode(words).filter(inode -> !inode.isWhiteout()).isPresent();
  }

  /** What the highest of the layers below that has something of a name has of it. */
  private Optional<Inode> lowerInode(List<String> words) throws IOException {
    for (var layer : lower) {
      var found = layer.find(words);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Directory> lowerDirectory(Directory layer, List<String> words)
      throws IOException {
    var current = layer.again();
    for (var word : words) {
      var next = current.directory(word);
      current.close();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      current = next.get();
    }
    return Optional.of(current);
  }

  /** Hides all that the layers below have in a directory and this layer has not. */
  private void hideLower(List<String> words) throws IOException {
    try (var place = new Place(words, false)) {
      for (var layer : lower) {
        var found = lowerDirectory(layer, words);
        if (found.isEmpty()) {
          continue;
        }
        try (var directory = found.get()) {
          for (var name : directory.names()) {
            hideLower(place, name, words);
          }
        }
      }
    }
  }

  private void hideLower(Place place, String name, List<String> above) throws IOException {
    if (name.startsWith(Directory.HIDING)) {
      return;
    }
    var own = place.directory().shown(name);
    if (own.isEmpty()) {
      place.directory().hide(name);
    } else if (own.get().isDirectory()) {
      var words = new ArrayList<>(above);
      words.add(name);
      hideLower(words);
    }
  }

  /** A directory of this layer that was reached by a path, and the path that is really its own. */
  private final class Place implements AutoCloseable {
    private final ArrayDeque<Directory> open = new ArrayDeque<>();
    private final List<String> path = new ArrayList<>();

    /**
     * Goes there.
     *
     * @param make whether directories that are missing are made, like those of the layers below
     */
    Place(List<String> words, boolean make) throws IOException {
      var todo = new ArrayDeque<>(words);
      var links = 0;
      open.push(root.again());
      try {
        while (!todo.isEmpty()) {
          var word = todo.pop();
          if (word.isEmpty() || word.equals(".")) {
            continue;
          }
          if (word.equals("..")) {
            leave();
            continue;
          }
          if (!step(word, make)) {
            if (++links > LINKS_MAX) {
              throw new IOException("its path has more than " + LINKS_MAX + " links");
            }
            follow(word, todo);
          }
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    /** Goes into a directory; false where it is a link. */
    private boolean step(String word, boolean make) throws IOException {
      var next = directory().directory(word);
      if (next.isEmpty()) {
        var there = directory().shown(word);
        if (there.isPresent() && there.get().type() == Inode.LINK) {
          return false;
        }
        var isHidden = there.isPresent() && there.get().isWhiteout();
        if (!make || (there.isPresent() && !isHidden)) {
          throw new IOException("\"" + pathOf(word) + "\" of its path is no directory");
        }
        make(word, isHidden);
        next = directory().directory(word);
      }
      open.push(next.orElseThrow());
      path.add(word);
      return true;
    }

    private void make(String word, boolean isHidden) throws IOException {
      if (isHidden) {
        directory().remove(word);
        directory().remove(Directory.HIDING + word);
        opaque.add(pathOf(word));
      }
      directory().makeDirectory(word);
      var like = isHidden ? Optional.<Inode>empty() : lowerInode(words(pathOf(word)));
      finishByDirectory.put(
          pathOf(word),
          like.filter(Inode::isDirectory)
              .orElse(new Inode(Inode.DIRECTORY | 0755, 0, 0, 0, 0, 0, 0, 0)));
    }

    private void follow(String link, ArrayDeque<String> todo) throws IOException {
      var target = directory().linkTarget(link);
      if (target.startsWith("/")) {
        while (open.size() > 1) {
          leave();
        }
      }
      for (var word : List.of(target.split("/", -1)).reversed()) {
        todo.push(word);
      }
    }

    /** Goes back; the root has no parent. */
    private void leave() {
      if (open.size() > 1) {
        open.pop().close();
        path.removeLast();
      }
    }

    Directory directory() {
      return open.getFirst();
    }

    String path() {
      return String.join("/", path);
    }

    String pathOf(String name) {
      return path.isEmpty() ? name : path() + "/" + name;
    }

    @Override
    public void close() {
      open.forEach(Directory::close);
      open.clear();
    }
  }
}
