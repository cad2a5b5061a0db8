
if command -v yarn >/dev/null; then yarn=yarn; else yarn="corepack yarn"; fi
$yarn install {{frozen}}
