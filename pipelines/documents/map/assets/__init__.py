"""The built page of the map: template, style, script with its licences."""
