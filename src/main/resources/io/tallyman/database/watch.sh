# Stops the embedded PostgreSQL when its last user is gone, however that one ended. Read by /bin/sh from standard input, a pipe that
# only the user's process holds open; so the whole text is one function, known before the pipe is read for its end.
#
# Arguments: the folder, the name of the data folder in it, the user's process number.
#
# An arriving process registers in users/ and then looks into stopping/; a leaving watcher writes into stopping/ and then looks into
# users/. So at least one of the two sees the other: the arriving one waits, or the leaving one lets the server run.

# born PID: when that process began; nothing where it is gone or a zombie. Tells it from a later process of the same number.
born() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
    # shellcheck disable=SC2086 # fields from the third (the state) on; the 20th of those is the start time
    set -- ${stat##*) }
    case $1 in Z | X) ;; *) echo "${20}" ;; esac
  else
    case $(ps -o stat= -p "$1") in '' | Z*) ;; *) ps -o lstart= -p "$1" ;; esac
  fi
}

# is_server PID: whether that process lives and is a PostgreSQL.
is_server() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    case $stat in "$1 (postgres) "[ZX]*) return 1 ;; "$1 (postgres) "*) return 0 ;; *) return 1 ;; esac
  else
    case $(ps -o comm= -p "$1") in *postgres) return 0 ;; *) return 1 ;; esac
  fi
}

# in_use: whether a registered process lives; forgets those that do not.
in_use() {
  for entry in users/*.*; do
    [ -e "$entry" ] || continue
    pid=${entry#users/}
    pid=${pid%%.*}
    was=
    read -r was 2>/dev/null <"$entry"
    if [ -n "$was" ] && [ "$(born "$pid")" = "$was" ]; then
      return 0
    fi
    rm -f "$entry"
  done
  return 1
}

nap() {
  sleep 0.05 2>/dev/null || sleep 1
}

# server_pid: the server's process number. One whose starter died before it had written that file is waited for.
server_pid() {
  naps=0
  until read -r pid 2>/dev/null <"$data/postmaster.pid"; do
    [ -e starting ] && [ "$naps" -lt 100 ] || return 1
    naps=$((naps + 1))
    nap
  done
  echo "$pid"
}

main() {
  trap '' INT TERM HUP QUIT # the terminal's signals are for the user's process
  cd "$1" || exit 1
  data=$2
  own=users/$3.$$
  born "$3" >"users/.$$" && mv "users/.$$" "$own" || exit 1
  echo registered
  exec >/dev/null 2>&1
  while read -r _; do :; done

  : >"stopping/$$"
  rm -f "$own"
  if ! in_use && server=$(server_pid) && is_server "$server"; then
    kill -INT "$server" # fast shutdown: open transactions are rolled back, all that was committed is kept
    while is_server "$server"; do nap; done
  fi
  rm -f "stopping/$$"
}

main "$@"
exit
