#!/bin/sh
# Called by the build: train-start.sh JAVA_HOME ROOT. Runs the demonstration once, with the program's libraries in small pieces for
# objects, and keeps what the JVM loaded, linked and measured on the way (an AOT cache, JEP 514 and 515) beside the program, where
# deploy/tallyman finds it: a start takes half the time then, and what is hot is known from the first object on. It serves that JDK
# and that jar only; where it cannot be made, the program starts without.
java_home=$1 root=$2
app=$root/target/quarkus-app
cache=$app/tallyman.aot
home=$root/target/training
rm -rf "$cache" "$cache.release" "$home"
mkdir -p "$home/files" || exit 0
cat "$app"/lib/main/*.jar | split -a 4 -b 16384 - "$home/files/"
cp "$app"/lib/main/*quarkus-core-*.jar "$home/files" # larger than a piece
# With nothing of the caller's settings: there may be a database among them.
if cd "$home" && env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$home" TALLYMAN_HOME="$home" \
  "$java_home/bin/java" "@$root/deploy/jvm.options" -XX:AOTCacheOutput="$home/tallyman.aot" -jar "$app/quarkus-run.jar" demo -q --from "$home/files" \
  >"$home/training.log" 2>&1 </dev/null && mv "$home/tallyman.aot" "$cache"; then
  cp "$java_home/release" "$cache.release"
else
  echo "the start of the program was not trained (see $home/training.log); it takes longer for it" >&2
fi
