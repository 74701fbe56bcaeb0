package dev.nauarch.scheduling;

import java.util.Comparator;

/** Orders names so that numbers in them count as numbers: worker-2 before worker-10. */
enum RankOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    var i = 0;
    var j = 0;
    while (i < a.length() && j < b.length()) {
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        var endA = endOfNumber(a, i);
        var endB = endOfNumber(b, j);
        var byNumber = compareNumbers(a.substring(i, endA), b.substring(j, endB));
        if (byNumber != 0) {
          return byNumber;
        }
        i = endA;
        j = endB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    var byRest = Integer.compare(a.length() - i, b.length() - j);
    return byRest != 0 ? byRest : a.compareTo(b);
  }

  private static int compareNumbers(String a, String b) {
    var shortA = a.replaceFirst("^0+(?=.)", "");
    var shortB = b.replaceFirst("^0+(?=.)", "");
    var byLength = Integer.compare(shortA.length(), shortB.length());
    return byLength != 0 ? byLength : shortA.compareTo(shortB);
  }

  private static int endOfNumber(String text, int start) {
    var end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
