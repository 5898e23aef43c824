# Sourced by mvnw and deploy/tallyman: leaves JAVA_HOME at a JDK >= 21, or returns 1 with one line that says what to do.
# Order: JAVA_HOME when new enough; `java` on the PATH when new enough; else the newest JDK in the usual places.
# Globbing must be on. Only /bin/sh is assumed.

# major_of HOME: prints the feature release of the JDK there (21, 25 ...), nothing where there is no JDK.
major_of() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
}

find_jdk() {
  found_major=$(major_of "${JAVA_HOME:-/nonexistent}")
  if [ "${found_major:-0}" -ge 21 ]; then
    return 0
  fi
  path_java=$(command -v javac 2>/dev/null) || path_java=
  if [ -n "$path_java" ] && [ ! -x /usr/libexec/java_home ]; then # macOS's /usr/bin/javac is a stub
    path_home=$(readlink -f "$path_java" 2>/dev/null) && path_home=${path_home%/bin/javac}
    found_major=$(major_of "${path_home:-/nonexistent}")
    if [ "${found_major:-0}" -ge 21 ]; then
      JAVA_HOME=$path_home
      return 0
    fi
  fi
  best=0
  for candidate in \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/openjdk-* \
    "${SDKMAN_DIR:-${HOME:-/nonexistent}/.sdkman}"/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    found_major=$(major_of "$candidate")
    if [ "${found_major:-0}" -ge 21 ] && [ "$found_major" -gt "$best" ]; then
      best=$found_major
      best_home=$candidate
    fi
  done
  if [ "$best" -eq 0 ]; then
    echo "Tallyman needs a JDK 21 or newer and found none in JAVA_HOME, on the PATH or in the usual places: install one (Debian: openjdk-21-jdk, or Temurin 25) or set JAVA_HOME to it." >&2
    return 1
  fi
  JAVA_HOME=$best_home
}

find_jdk || return 1
export JAVA_HOME
