"""Speed and memory as ratios, side by side in one run. Never a test: a busy machine must not turn CI red."""
