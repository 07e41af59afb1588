"""Papers that a team edits and hands over: one outline, written as Markdown, HTML, DOCX, PDF, XLSX or PPTX."""
