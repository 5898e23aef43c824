# Sourced by mvnw and deploy/tallyman: leaves JAVA_HOME at a Java >= 21, or returns 1 with one line that says what to do.
# Order: JAVA_HOME when new enough; what is on the PATH when new enough; else the best in the usual places, where a release with
# long-term support (21, 25, 29 ...) goes before the others and a newer one before an older.
# Globbing must be on. Only /bin/sh, sed and readlink are assumed.
#
# FIND_JDK_TOOL is what must be there: javac (a JDK, the default) or java (enough to run what is already built).
# FIND_JDK_ROOT goes before the usual places; for the tests of this file.

# major_of HOME: prints the feature release of the Java there (21, 25 ...), nothing where there is none.
major_of() {
  [ -x "$1/bin/${FIND_JDK_TOOL:-javac}" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release"
}

find_jdk() {
  found_major=$(major_of "${JAVA_HOME:-/nonexistent}")
  if [ "${found_major:-0}" -ge 21 ]; then
    return 0
  fi
  path_java=$(command -v "${FIND_JDK_TOOL:-javac}" 2>/dev/null) || path_java=
  if [ -n "$path_java" ]; then # macOS's own are stubs without a release file beside them, and so are passed over
    path_home=$(readlink -f "$path_java" 2>/dev/null) || path_home=
    path_home=${path_home%/bin/*}
    found_major=$(major_of "${path_home:-/nonexistent}")
    if [ "${found_major:-0}" -ge 21 ]; then
      JAVA_HOME=$path_home
      return 0
    fi
  fi
  best_rank=0
  java_root=${FIND_JDK_ROOT:-}
  user_home=${HOME:-/nonexistent}
  for candidate in \
    "$java_root"/usr/lib/jvm/* "$java_root"/usr/lib64/jvm/* "$java_root"/usr/java/* "$java_root"/usr/local/openjdk-* \
    "$java_root"/opt/java/* "$java_root"/opt/*jdk* "$java_root"/opt/*temurin* \
    "${SDKMAN_DIR:-$user_home/.sdkman}"/candidates/java/* "$user_home"/.jdks/* \
    "$user_home"/.asdf/installs/java/* "$user_home"/.local/share/mise/installs/java/* \
    "$java_root"/Library/Java/JavaVirtualMachines/*/Contents/Home "$user_home"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$java_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$java_root"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    found_major=$(major_of "$candidate")
    if [ "${found_major:-0}" -ge 21 ]; then
      rank=$found_major
      if [ $(((found_major - 21) % 4)) -eq 0 ]; then
        rank=$((rank + 1000))
      fi
      if [ "$rank" -gt "$best_rank" ]; then
        best_rank=$rank
        best_home=$candidate
      fi
    fi
  done
  if [ "$best_rank" -eq 0 ]; then
    echo "Tallyman needs a JDK 21 or newer and found none in JAVA_HOME, on the PATH or in the usual places: install one (Debian: openjdk-21-jdk, or Temurin 25) or set JAVA_HOME to it." >&2
    return 1
  fi
  JAVA_HOME=$best_home
}

find_jdk || return 1
export JAVA_HOME
