"""Speed, measured: each row beside something run on the same machine in the same minute, never in a timed test."""
