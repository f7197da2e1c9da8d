#!/bin/bash
# Run while the image is built: loads the classes once, by checking the routes, and keeps them in a file that each start maps
# into memory. Java of another version or with other libraries would pass it over, so it is made with what is in the image.
set -euo pipefail
cd /app
version=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
if [ "$version" -ge 25 ]; then
  make=-XX:AOTCacheOutput=/app/serai.aot use=-XX:AOTCache=/app/serai.aot file=/app/serai.aot
else
  make=-XX:ArchiveClassesAtExit=/app/serai.jsa use=-XX:SharedArchiveFile=/app/serai.jsa file=/app/serai.jsa
fi
java @java.options "$make" -jar serai.jar validate > /tmp/warm-up.log 2>&1 || { cat /tmp/warm-up.log >&2; exit 1; }
rm -f /tmp/warm-up.log
[ -s "$file" ] || { echo "Java $version has not written $file" >&2; exit 1; }
echo "$use" >> java.options
