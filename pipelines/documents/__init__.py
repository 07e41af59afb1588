"""What people take away: sheets, workbooks, the map."""
