# Stands by one container: keeps its output pipes open, waits for its end and writes the exit code
# down. Outlives the agent. $1 is the container's directory.
dir=$1
# Where mount and its like are, which are not on every user's path.
PATH=$PATH:/usr/sbin:/sbin
exec 3<>"$dir/stdout" 4<>"$dir/stderr" 5<>"$dir/alive" </dev/null >/dev/null 2>&1
(
  . "$dir/launch"
) >&3 2>&4 3>&- 4>&-
code=$?
echo "$code" >"$dir/exit.new"
mv "$dir/exit.new" "$dir/exit"
