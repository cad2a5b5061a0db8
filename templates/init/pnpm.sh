
if command -v pnpm >/dev/null; then pnpm=pnpm; else pnpm="corepack pnpm"; fi
$pnpm install --frozen-lockfile
