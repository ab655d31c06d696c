"""What the commands of this folder are made of; standard library only, because it runs before anything is installed."""
