"""Pictures of sweeps and searches: heat map, contour, parallel coordinates, each one SVG by itself."""
