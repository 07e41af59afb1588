#!/bin/sh
# Rebuilds assets/map.js from map.js and the packages named here. Needed only when one of them changes: the result is committed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/map.js" "$work/"
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund sigma@3.0.3 graphology@0.26.0 graphology-types@0.24.8 esbuild@0.28.2
npx esbuild map.js --bundle --minify --format=iife --target=es2020 --charset=ascii --legal-comments=none --outfile="$here/../assets/map.js"
for package in sigma graphology graphology-utils events; do
  printf '== %s %s\n\n' "$package" "$(node -p "require('./node_modules/$package/package.json').version")"
  cat "node_modules/$package"/LICENSE*
  printf '\n'
done >"$here/../assets/LICENSES.txt"
