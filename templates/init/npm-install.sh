
# There is no lock file, so tomorrow's install may differ from today's. Commit one, then use npm ci here.
npm install --no-audit --no-fund --no-package-lock
