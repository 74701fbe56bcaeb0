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

# Shows a file or directory of the machine, $1, in a directory of the container's own, $2.
show() {
  shown=$2/${1##*/}
  if [ -L "$1" ]; then
    cp -P "$1" "$shown"
  elif [ -d "$1" ]; then
    mkdir "$shown" && mount --rbind "$1" "$shown"
  elif [ -e "$1" ]; then
    : >"$shown" && mount --bind "$1" "$shown"
  fi || fail "can't show $1"
}

# A root directory of the container's own that shows what the machine's shows, so that mount
# points can be made in it.
mirror() {
  root=$dir/root
  mkdir -p "$root" && mount -t tmpfs -o mode=755 nauarch-root "$root" || fail "can't mount a root directory"
  for entry in /* /.[!.]*; do show "$entry" "$root"; done
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

# A layer of the container's own over a directory, so that mount points can be made in it. Where
# the kernel refuses that (without root, over what has mounts below it), the entries are shown one
# by one.
cover() {
  if [ "$layers" = 0 ]; then
    mkdir -p "$dir/layers" && mount -t tmpfs nauarch-layers "$dir/layers" ||
      fail "can't mount a layer"
  fi
  layers=$((layers + 1))
  layer=$dir/layers/$layers
  mkdir -p "$layer/upper" "$layer/work" "$layer/entries"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$1" 2>/dev/null &&
    return 0
  for entry in "$1"/* "$1"/.[!.]*; do show "$entry" "$layer/entries"; done
  mount --rbind "$layer/entries" "$1" || fail "can't lay a layer over $1"
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
# directory for shared memory, $2 is made or shown: how devices come there.
devices() {
  fresh=$dir/dev
  mkdir -p "$fresh" && mount -t tmpfs -o mode=755,dev nauarch-dev "$fresh" || fail "can't mount /dev"
  mkdir "$fresh/pts" "$fresh/shm" "$fresh/mqueue"
  for device in null zero full random urandom tty ptmx fd stdin stdout stderr fuse kfd dri \
    infiniband $(cd /dev && echo nvidia*); do
    [ -e "/dev/$device" ] || [ -L "/dev/$device" ] || continue
    if [ "$2" = shown ]; then
      show "/dev/$device" "$fresh"
    else
      present="$present /dev/$device"
    fi
  done
  # The names hold no blanks.
  [ -z "$present" ] || cp -a $present "$fresh/" || fail "can't make devices"
  mount --rbind /dev/pts "$fresh/pts" || fail "can't show /dev/pts"
  mount --bind "$1" "$fresh/shm" || fail "can't mount /dev/shm"
  if [ -e /dev/mqueue ]; then mount --bind /dev/mqueue "$fresh/mqueue"; fi
  # Who is not root may not move a mount.
  if [ "$2" = shown ]; then how=--rbind; else how=--move; fi
  mount "$how" "$fresh" /dev || fail "can't mount /dev"
}
present=

# Gives the container's own namespace of names a host name; $1 is the name.
named() {
  hostname "$1" || fail "can't set the host name $1"
}

# Tells the agent that the container's program comes next.
started() {
  echo "started $pid" >&5
  exec 5>&-
}

. "$dir/enter"
