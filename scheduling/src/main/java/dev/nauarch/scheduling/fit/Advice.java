package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.NodeSlot;
import org.jspecify.annotations.Nullable;

/** What somebody outside says of nodes, who was asked about one pod. */
public interface Advice {

  /** Nobody was asked. */
  Advice NONE =
      new Advice() {
        @Override
        public boolean isSilent() {
          return true;
        }

        @Override
        public boolean admits(NodeSlot node) {
          return true;
        }

        @Override
        public @Nullable Refusal check(NodeSlot node) {
          return null;
        }

        @Override
        public boolean prefersSomething() {
          return false;
        }

        @Override
        public int points(NodeSlot node) {
          return 0;
        }
      };

  /** Whether nobody was asked. */
  boolean isSilent();

  /** Whether a node was asked about; others are not possible before they are. */
  boolean admits(NodeSlot node);

  /** Why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(NodeSlot node);

  /** Whether some nodes are better than others. */
  boolean prefersSomething();

  /** How good a node is that is possible, 0 to 100 times what it counts. */
  int points(NodeSlot node);
}
