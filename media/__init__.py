"""The audio pipeline: files and processes; no database, no HTTP, nothing of the guide.

Start with `ingest`: it is what happens to one uploaded file, top to bottom. It leans on

- `probe`       is this a sound that we can play to the end? if not, why, in one sentence
- `render`      one decode, both renditions that devices play
- `gaps`        where a narration may be faded without cutting a sentence
- `transcript`  WebVTT in and out, every fault with its line
- `decode`      any file as mono samples at 48 kHz, block by block
- `worker`      the process in which all of that runs, since it parses strangers' bytes
- `store`       the folder in which files are named by their content

`av_io` alone speaks to libav, and `errors` holds what a curator is told. `say` and `voices`
speak the demo's transcripts with a synthesiser; the service itself never imports them. What they
bring into a site folder is listed by `renditions`.
"""
