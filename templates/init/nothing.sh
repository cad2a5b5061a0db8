
echo "nothing to install"
