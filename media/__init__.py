"""The audio pipeline: files and processes; no database, no HTTP, nothing of the guide.

Start with `ingest`: it is what happens to one uploaded file, top to bottom. It leans on

- `probe`       is this a sound that we can play to the end? if not, why, in one sentence
- `analyse`     one decode, everything measured: `loudness`, `speech`, `gaps`, `peaks`
- `level`       what is cut, and by how much it becomes louder; its `limiter` holds the peaks
- `render`      one decode, both renditions that devices play, measured again
- `gaps`        where a narration may be faded without cutting a sentence
- `transcript`  WebVTT in and out, every fault with its line; `transcript_check` holds one against its sound
- `language`    in which languages somebody speaks, and for how long
- `edit`        fades, joins and loops (pydub); `edit_bed` an ambience under speech, `edit_chime` the offer's chime
- `words`       every sentence that a curator reads, in English and French
- `decode`      any file as mono samples at 48 kHz, block by block
- `worker`      the process in which all of that runs, since it parses strangers' bytes
- `store`       the folder in which files are named by their content

`av_io` alone speaks to libav, and `errors` holds what a curator is told. `say` and `voices`
speak the demo's transcripts with a synthesiser; the service itself never imports them. What they
bring into a site folder is listed by `renditions`.
"""
