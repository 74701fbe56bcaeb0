# The first program of a container, inside its new namespaces: makes the mounts and becomes the
# container's own program. $1 is the container's directory. File descriptor 5 tells the agent.
dir=$1
# Read before /proc is mounted anew, so that it is the pid that the agent sees.
read -r pid rest </proc/self/stat
layers=0

fail() {
  printf 'error %s\n' "$*" >&5
  exit 128
}

# A root directory of the container's own that shows what the machine's shows, so that mount
# points can be made in it. $1 is rw or ro.
mirror() {
  root=$dir/root
  mkdir -p "$root" && mount -t tmpfs -o mode=755 nauarch-root "$root" || fail "can't mount a root directory"
  for entry in /* /.[!.]*; do
    if [ -L "$entry" ]; then
      cp -P "$entry" "$root$entry"
    elif [ -d "$entry" ]; then
      mkdir "$root$entry"
      mount --rbind "$entry" "$root$entry" || fail "can't show $entry"
    elif [ -e "$entry" ]; then
      : >"$root$entry"
      mount --bind "$entry" "$root$entry" || fail "can't show $entry"
    fi
  done
  mkdir "$root/.before"
  cd "$root" && pivot_root . .before && umount -l /.before && rmdir /.before ||
    fail "can't enter the container's root directory"
  cd /
}

# Makes what the mirror shows read-only; what is mounted afterwards has its own mode.
freeze() {
  for entry in /*; do
    case $entry in
      /proc | /sys | /dev) ;;
      *) if [ ! -L "$entry" ]; then
        mount -o remount,bind,ro "$entry" 2>/dev/null || fail "can't make $entry read-only"
      fi ;;
    esac
  done
  mount -o remount,ro / || fail "can't make the root directory read-only"
}

# A layer of the container's own over a directory, so that mount points can be made in it.
cover() {
  if [ "$layers" = 0 ]; then
    mkdir -p "$dir/layers" && mount -t tmpfs nauarch-layers "$dir/layers" ||
      fail "can't mount a layer"
  fi
  layers=$((layers + 1))
  layer=$dir/layers/$layers
  mkdir -p "$layer/upper" "$layer/work"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$1" ||
    fail "can't lay a layer over $1"
}

# Directories in which the container may make what it wants, one on each line.
owned=/dev
line='
'

owns() {
  before=$IFS
  IFS=$line
  for own in $owned; do
    case $1/ in
      "$own"/*) IFS=$before && return 0 ;;
    esac
  done
  IFS=$before
  return 1
}

# Makes a mount point where there is none. $1 is what will be mounted, $2 where.
point() {
  [ -e "$2" ] && return 0
  above=${2%/*}
  while [ -n "$above" ] && [ ! -e "$above" ]; do above=${above%/*}; done
  if [ -n "$above" ] && ! owns "$above"; then
    cover "$above"
    owned=$owned$line$above
  fi
  if [ -d "$1" ]; then
    mkdir -p "$2" || fail "can't make the mount point $2"
  else
    mkdir -p "${2%/*}" && : >"$2" || fail "can't make the mount point $2"
  fi
}

# bind SOURCE TARGET rw|ro
bind() {
  point "$1" "$2"
  mount --bind "$1" "$2" || fail "can't mount $1 at $2"
  if [ "$3" = ro ]; then
    mount -o remount,bind,ro "$2" || fail "can't mount $2 read-only"
  fi
  owned=$owned$line$2
}

# A /dev with the usual devices and accelerators, but without the machine's disks. $1 is the
# directory for shared memory.
devices() {
  fresh=$dir/dev
  mkdir -p "$fresh" && mount -t tmpfs -o mode=755,dev nauarch-dev "$fresh" || fail "can't mount /dev"
  mkdir "$fresh/pts" "$fresh/shm" "$fresh/mqueue"
  for device in null zero full random urandom tty ptmx fd stdin stdout stderr fuse kfd dri \
    infiniband $(cd /dev && echo nvidia*); do
    [ -e "/dev/$device" ] || [ -L "/dev/$device" ] || continue
    present="$present /dev/$device"
  done
  # The names hold no blanks.
  cp -a $present "$fresh/" || fail "can't make devices"
  mount --rbind /dev/pts "$fresh/pts" || fail "can't show /dev/pts"
  mount --bind "$1" "$fresh/shm" || fail "can't mount /dev/shm"
  if [ -e /dev/mqueue ]; then mount --bind /dev/mqueue "$fresh/mqueue"; fi
  mount --move "$fresh" /dev || fail "can't mount /dev"
}
present=

# Tells the agent that the container's program comes next.
started() {
  echo "started $pid" >&5
  exec 5>&-
}

. "$dir/enter"
