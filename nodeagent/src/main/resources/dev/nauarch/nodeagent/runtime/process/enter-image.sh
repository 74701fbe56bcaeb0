# The first program of a container that is made of an image, inside its new namespaces: lays the
# image's layers over each other, goes in and becomes the container's own program. $1 is the
# container's directory. File descriptor 5 tells the agent.
#
# Mounts are made from within the new root, so that links of the image lead nowhere else. Programs
# of the machine are still needed there: they come from a box of their own, with their libraries.
dir=$1
# Read before /proc is mounted anew, so that it is the pid that the agent sees.
read -r pid rest </proc/self/stat
root=$dir/root
line='
'

fail() {
  printf 'error %s\n' "$*" >&5
  exit 128
}

# Gives the container's own namespace of names a host name; $1 is the name.
named() {
  hostname "$1" || fail "can't set the host name $1"
}

# Lays layers over each other, and one of the container's own over them. $1 is the directory that
# they are in, $2 their names, $3 further options.
layered() {
  cd "$1" || fail "the layers in $1 are gone"
  LIBMOUNT_FORCE_MOUNT2=always mount -t overlay -o \
    "nodev,lowerdir=$2,upperdir=$dir/upper,workdir=$dir/work$3" overlay "$root" ||
    fail "can't lay the image's layers over each other"
  cd /
}

# Takes the container's own copy of the image.
copied() {
  mount --bind "$root" "$root" && mount -o remount,bind,nodev "$root" ||
    fail "can't mount the copy of the image"
}

# Goes into the root directory. The machine's is then below $before, a name that no image can know.
# $1 is that name, $2 the box.
pivot() {
  before=/$1
  box=$before$2
  mkdir "$root$before" && cd "$root" && pivot_root . "$1" && cd / ||
    fail "can't enter the container's root directory"
}

# Runs a program of the box.
tool() {
  tool=$1
  shift
  if [ -e "$box/ld" ]; then
    "$box/ld" --library-path "$box" "$box/$tool" "$@"
  else
    "$box/$tool" "$@"
  fi
}

# Makes a directory of the image's root itself, in which links are not followed.
own() {
  [ ! -L "$1" ] || tool rm "$1" || fail "can't replace the link $1"
  [ -d "$1" ] || tool mkdir "$1" || fail "can't make $1"
}

# fresh_proc | host_proc
fresh_proc() {
  own /proc
  tool mount -t proc -o nosuid,nodev,noexec proc /proc || fail "can't mount /proc"
}

host_proc() {
  own /proc
  tool mount --rbind "$before/proc" /proc || fail "can't show /proc"
}

# The kernel's view of the pod's devices, and the container's own control groups.
fresh_sys() {
  own /sys
  tool mount -t sysfs -o "nosuid,nodev,noexec,$1" sysfs /sys || fail "can't mount /sys"
  [ -d /sys/fs/cgroup ] || return 0
  if [ -e "$before/sys/fs/cgroup/cgroup.controllers" ]; then
    tool mount -t cgroup2 -o "nosuid,nodev,noexec,$1" cgroup2 /sys/fs/cgroup ||
      fail "can't mount the control groups"
    return 0
  fi
  tool mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs /sys/fs/cgroup ||
    fail "can't mount the control groups"
  while IFS=: read -r number controller path; do
    case $controller in
      '' | name=*) continue ;;
    esac
    tool mkdir "/sys/fs/cgroup/$controller" &&
      tool mount -t cgroup -o "nosuid,nodev,noexec,$1,$controller" cgroup \
        "/sys/fs/cgroup/$controller" || fail "can't mount the control group $controller"
  done </proc/self/cgroup
}

host_sys() {
  own /sys
  tool mount --rbind "$before/sys" /sys || fail "can't show /sys"
}

# Shows one device of the machine.
device() {
  [ -e "$before/dev/$1" ] || return 0
  : >"/dev/$1" && tool mount --bind "$before/dev/$1" "/dev/$1" || fail "can't show /dev/$1"
}

# A /dev with the usual devices, or with all. Others can't be used even where they are made: no
# file system of the container allows it. $1 is the directory for shared memory, $2 is usual or all.
devices() {
  own /dev
  tool mount -t tmpfs -o mode=755,nosuid,nodev nauarch-dev /dev || fail "can't mount /dev"
  tool mkdir /dev/pts /dev/shm /dev/mqueue /dev/.nauarch || fail "can't make /dev"
  for name in null zero full random urandom tty; do device "$name"; done
  if [ "$2" = all ]; then
    for found in "$before"/dev/*; do
      if [ -b "$found" ] || [ -c "$found" ]; then
        [ -e "/dev/${found##*/}" ] || [ "${found##*/}" = ptmx ] || device "${found##*/}"
      fi
    done
    for name in bus dri fuse infiniband input mapper net snd vfio; do
      [ -d "$before/dev/$name" ] || continue
      tool mkdir "/dev/$name" && tool mount --rbind "$before/dev/$name" "/dev/$name" ||
        fail "can't show /dev/$name"
    done
  fi
  tool ln -s /proc/self/fd /dev/fd && tool ln -s /proc/self/fd/0 /dev/stdin &&
    tool ln -s /proc/self/fd/1 /dev/stdout && tool ln -s /proc/self/fd/2 /dev/stderr &&
    tool ln -s pts/ptmx /dev/ptmx || fail "can't make /dev"
  tool mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,nosuid,noexec devpts /dev/pts ||
    fail "can't mount /dev/pts"
  tool mount --bind "$before$1" /dev/shm && tool mount -o remount,bind,nosuid,nodev /dev/shm ||
    fail "can't mount /dev/shm"
  if [ -d "$before/dev/mqueue" ]; then
    tool mount -t mqueue -o nosuid,nodev,noexec mqueue /dev/mqueue 2>/dev/null
  fi
  tool mount --bind "$box" /dev/.nauarch &&
    tool mount -o remount,bind,ro,nosuid,nodev /dev/.nauarch || fail "can't show the programs"
  box=/dev/.nauarch
}

# bind SOURCE TARGET OPTIONS. The target is where its links lead within the root; its mount point is
# made where there is none. Without options the mount is as its source is.
bind() {
  target=$(tool readlink -m -- "$2") || fail "can't tell where $2 is"
  case $target/ in
    "$before"/* | /proc/* | /dev/.nauarch/* | //) fail "nothing can be mounted at $2" ;;
  esac
  if [ -d "$before$1" ]; then
    tool mkdir -p "$target" || fail "can't make the mount point $2"
  elif [ ! -e "$target" ]; then
    tool mkdir -p "${target%/*}/" && : >"$target" || fail "can't make the mount point $2"
  fi
  tool mount --bind "$before$1" "$target" || fail "can't mount $1 at $2"
  [ -z "$3" ] || tool mount -o "remount,bind,$3" "$target" || fail "can't mount $2 as $3"
}

# What an image says holds data stays writable in a root directory that is not: $1 is where, $2 a
# directory for it.
volume() {
  target=$(tool readlink -m -- "$1") || fail "can't tell where $1 is"
  [ "$target" != / ] && tool mkdir -p "$target" || fail "can't make the volume $1"
  tool cp -a "$target/." "$before$2/" || fail "can't copy the volume $1"
  bind "$2" "$target" nodev
}

# Nothing of the machine's files is reached from here on.
leave() {
  tool umount -l "$before" && tool rmdir "$before" || fail "can't leave the machine's directory"
}

# Hides a part of the kernel's files.
mask() {
  if [ -d "$1" ]; then
    tool mount -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 tmpfs "$1"
  elif [ -e "$1" ]; then
    tool mount --bind /dev/null "$1"
  fi || fail "can't hide $1"
}

# Makes a part read-only.
protect() {
  [ -e "$1" ] || return 0
  tool mount --bind "$1" "$1" && tool mount -o remount,bind,ro "$1" ||
    fail "can't make $1 read-only"
}

freeze() {
  tool mount -o remount,bind,ro / || fail "can't make the root directory read-only"
}

# Goes where the program starts, which is made where it is not there.
start_in() {
  [ -e "$1" ] || tool mkdir -p "$1" || fail "can't make the working directory $1"
  cd "$1" 2>/dev/null || fail "the working directory $1 can't be entered"
}

# Refuses a program that is not there. $1 is its name, $2 the directories to look in.
find_program() {
  case $1 in
    */*)
      [ -e "$1" ] || fail "exec: \"$1\": stat $1: no such file or directory"
      [ -x "$1" ] && [ ! -d "$1" ] || fail "exec: \"$1\": permission denied"
      return 0
      ;;
  esac
  set -f
  IFS=:
  for place in $2; do
    if [ -x "${place:-.}/$1" ] && [ ! -d "${place:-.}/$1" ]; then
      unset IFS
      set +f
      return 0
    fi
  done
  fail "exec: \"$1\": executable file not found in \$PATH"
}

# Tells the agent that the container's program comes next.
started() {
  echo "started $pid" >&5
  exec 5>&-
}

. "$dir/enter"
