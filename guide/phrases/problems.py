"""What the service says when something cannot be done: the sentence of each problem, and its French title."""

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # who is asking
    "no_key": (
        "Send a key as `Authorization: Bearer KEY`, or sign in.",
        "Envoyez une clé avec `Authorization: Bearer CLÉ`, ou connectez-vous.",
    ),
    "wrong_key": (
        "This key is not known here; check it, or ask for a new one.",
        "Cette clé n’est pas connue ici ; vérifiez-la, ou demandez-en une autre.",
    ),
    "key_revoked": (
        "This key was revoked; ask for a new one.",
        "Cette clé a été révoquée ; demandez-en une autre.",
    ),
    "key_expired": (
        "This key has expired; ask for a new one.",
        "Cette clé a expiré ; demandez-en une autre.",
    ),
    "signed_out": (
        "You are signed out; sign in again.",
        "Vous êtes déconnecté ; connectez-vous de nouveau.",
    ),
    "wrong_sign_in": (
        "The address or the password is wrong.",
        "L’adresse ou le mot de passe est faux.",
    ),
    "which_site/person": (
        "{email} belongs to several sites ({sites}): say which is meant.",
        "{email} fait partie de plusieurs sites ({sites}) : dites duquel il s’agit.",
    ),
    "too_many_sign_ins": (
        "Too many sign-ins have failed; wait and try again.",
        "Trop de connexions ont échoué ; attendez, puis réessayez.",
    ),
    "too_many_visits": (
        "Too many visits were started from here without a key; wait a little.",
        "Trop de visites ont été commencées d’ici sans clé ; attendez un peu.",
    ),
    "too_many_enrolments": (
        "Too many codes were tried from here; wait a little.",
        "Trop de codes ont été essayés d’ici ; attendez un peu.",
    ),
    "role_missing": (
        "This needs the role {roles:or}; this caller has not got it.",
        "Il faut pour cela le rôle {roles:or} ; vous ne l’avez pas.",
    ),
    "bad_csrf_token": (
        "Send the sign-in's token as `{header}`; `GET /session` has it.",
        "Envoyez le jeton de la connexion avec `{header}` ; `GET /session` le donne.",
    ),
    "person_exists": (
        "{email} is there already.",
        "{email} existe déjà.",
    ),
    "unknown_person": (
        "There is no {email}.",
        "Il n’y a pas de {email}.",
    ),
    "bad_person/add": (
        "This person cannot be added.",
        "Cette personne ne peut pas être ajoutée.",
    ),
    "bad_person/password": (
        "This password cannot be set.",
        "Ce mot de passe n’est pas accepté.",
    ),
    # what was sent
    "malformed/form": (
        "The request does not have the form that it must have.",
        "La demande n’a pas la forme attendue.",
    ),
    "malformed/nul": (
        "A query must not hold the character NUL.",
        "Une requête ne doit pas contenir le caractère NUL.",
    ),
    "malformed/deep": (
        "The body nests deeper than {most} levels.",
        "Le corps s’emboîte sur plus de {most} niveaux.",
    ),
    "malformed/id": (
        "{id:q} {rule}.",
        "{id:q} n’est pas un identifiant : 1 à 64 lettres sans accent, chiffres, - _ et . (pas au bout).",
    ),
    "malformed/other_id": (
        "The id is {given:q}, but the address says {id:q}.",
        "L’identifiant est {given:q}, mais l’adresse dit {id:q}.",
    ),
    "malformed/image": (
        "The image is not the name of a stored picture: <sha256>.svg, png, jpg or webp.",
        "L’image n’est pas le nom d’une image gardée ici : <sha256>.svg, png, jpg ou webp.",
    ),
    "malformed/exhibit": (
        "The exhibit is not sound.",
        "L’étape n’est pas correcte.",
    ),
    "malformed/show": (
        "The show is not sound.",
        "La séance n’est pas correcte.",
    ),
    "malformed/tour": (
        "The tour is not sound.",
        "Le parcours n’est pas correct.",
    ),
    "malformed/draft": (
        "The draft would not be sound.",
        "Le brouillon ne serait pas correct.",
    ),
    "malformed/track": (
        "The track cannot be changed so.",
        "La piste ne peut pas être changée ainsi.",
    ),
    "malformed/states": (
        "The states are not those of jobs.",
        "Ces états ne sont pas ceux des travaux.",
    ),
    "malformed_json/at": (
        "The body is not JSON: {reason}.",
        "Le corps n’est pas du JSON : {reason}.",
    ),
    "malformed_body/transcript": (
        "The transcript is not UTF-8; please save it as UTF-8.",
        "Le texte n’est pas en UTF-8 ; enregistrez-le en UTF-8.",
    ),
    "malformed_body/large_field": (
        "A field of the form is too large.",
        "Un champ du formulaire est trop grand.",
    ),
    "malformed_body/field": (
        "A field of the form cannot be read.",
        "Un champ du formulaire est illisible.",
    ),
    "malformed_body/form": (
        "The form cannot be read: {why}.",
        "Le formulaire est illisible ({why}).",
    ),
    "malformed_body/body": (
        "The body cannot be read.",
        "Le corps est illisible.",
    ),
    "body_too_large/limit": (
        "The body is larger than the {limit:size} that are taken here.",
        "Le corps dépasse les {limit:size} acceptés ici.",
    ),
    "body_too_large/body": (
        "The body is too large.",
        "Le corps est trop grand.",
    ),
    "unsupported_type/json": (
        "The body must be sent as application/json.",
        "Le corps doit être envoyé en application/json.",
    ),
    "unsupported_type/form": (
        "The body is {kind}; send {wanted} with the sound as `file`.",
        "Le corps est {kind} ; envoyez {wanted} avec le son sous `file`.",
    ),
    "unsupported_type/transcript": (
        "The body is {kind}; send the transcript as {wanted}.",
        "Le corps est {kind} ; envoyez le texte en {wanted}.",
    ),
    "unsupported_type/piece": (
        "A piece is sent as {wanted}, not as {kind}.",
        "Un morceau s’envoie en {wanted}, pas en {kind}.",
    ),
    "not_found": (
        "There is nothing at this address.",
        "Il n’y a rien à cette adresse.",
    ),
    "method_not_allowed/allowed": (
        "This address answers to {allowed}.",
        "Cette adresse répond à {allowed}.",
    ),
    "method_not_allowed/upload": (
        "This address answers to HEAD, GET, PATCH and DELETE, or names one of them.",
        "Cette adresse répond à HEAD, GET, PATCH et DELETE, ou nomme l’une d’elles.",
    ),
    "bad_cursor": (
        "This cursor is not one of this list; begin without one.",
        "Ce curseur n’est pas de cette liste ; commencez sans curseur.",
    ),
    # what is there
    "unknown_exhibit/draft": (
        "The draft has no exhibit {item:q}.",
        "Le brouillon n’a pas d’étape {item:q}.",
    ),
    "unknown_zone/draft": (
        "The draft has no zone {item:q}.",
        "Le brouillon n’a pas de zone {item:q}.",
    ),
    "unknown_show/draft": (
        "The draft has no show {item:q}.",
        "Le brouillon n’a pas de séance {item:q}.",
    ),
    "unknown_tour/draft": (
        "The draft has no tour {item:q}.",
        "Le brouillon n’a pas de parcours {item:q}.",
    ),
    "unknown_track/draft": (
        "The draft has no track {item:q}; `GET /tracks` lists them.",
        "Le brouillon n’a pas de piste {item:q} ; `GET /tracks` en donne la liste.",
    ),
    "unknown_job": (
        "There is no job {job:q}; `GET /jobs` lists them.",
        "Il n’y a pas de travail {job:q} ; `GET /jobs` en donne la liste.",
    ),
    "unknown_upload": (
        "There is no such upload; begin it anew.",
        "Cet envoi n’existe pas ; recommencez-le.",
    ),
    "unknown_release": (
        "There is no release {number}.",
        "Il n’y a pas de publication {number}.",
    ),
    "unknown_visit": (
        "there is no such visit: start one with POST /api/v1/visits",
        "cette visite n’existe pas : commencez-en une avec POST /api/v1/visits",
    ),
    "no_transcript": (
        "The track {track:q} has no transcript yet; put one here.",
        "La piste {track:q} n’a pas encore de texte ; mettez-en un ici.",
    ),
    # drafts and releases
    "exhibit_exists/patch": (
        "The draft has an exhibit {item:q}; change it with PATCH.",
        "Le brouillon a déjà une étape {item:q} ; changez-la avec PATCH.",
    ),
    "zone_exists/patch": (
        "The draft has a zone {item:q}; change it with PATCH.",
        "Le brouillon a déjà une zone {item:q} ; changez-la avec PATCH.",
    ),
    "show_exists/patch": (
        "The draft has a show {item:q}; change it with PATCH.",
        "Le brouillon a déjà une séance {item:q} ; changez-la avec PATCH.",
    ),
    "tour_exists/patch": (
        "The draft has a tour {item:q}; change it with PATCH.",
        "Le brouillon a déjà un parcours {item:q} ; changez-le avec PATCH.",
    ),
    "track_exists/patch": (
        "The draft has a track {item:q} already.",
        "Le brouillon a déjà une piste {item:q}.",
    ),
    "precondition_failed": (
        "Somebody has changed this since; read it again, then edit what you read.",
        "Quelqu’un l’a changé depuis ; relisez, puis modifiez ce que vous avez lu.",
    ),
    "precondition_required": (
        "Say with If-Match which version you edit: the ETag that came with what you read.",
        "Dites avec If-Match quelle version vous modifiez : l’ETag reçu à la lecture.",
    ),
    "nothing_to_undo": (
        "There is no edit of the draft left to undo.",
        "Il n’y a plus de modification du brouillon à annuler.",
    ),
    "invalid_geometry": (
        "The zones have {count:fault|faults}; nothing was changed.",
        "Les zones ont {count:défaut|défauts} ; rien n’a été changé.",
    ),
    "draft_not_sound": (
        "The draft cannot be published: {count:finding stops|findings stop} it.",
        "Le brouillon ne peut pas être publié : {count:constat l’empêche|constats l’empêchent}.",
    ),
    "no_release/site": (
        (
            "Nothing of {site:q} is published yet; publish the draft with POST /api/v1/releases or `coupole "
            "import PATH --publish`."
        ),
        (
            "Rien de {site:q} n’est encore publié ; publiez le brouillon avec POST /api/v1/releases ou `coupole "
            "import CHEMIN --publish`."
        ),
    ),
    # files and texts on their way in
    "track_not_sound": (
        "The narration cannot be taken as it was sent: {count:fault|faults}.",
        "Le commentaire ne peut pas être accepté tel quel : {count:défaut|défauts}.",
    ),
    "transcript_not_sound": (
        "The transcript has {count:fault|faults}; nothing was changed.",
        "Le texte a {count:défaut|défauts} ; rien n’a été changé.",
    ),
    "file_empty": (
        "The file is empty.",
        "Le fichier est vide.",
    ),
    "upload_empty": (
        "The file is empty.",
        "Le fichier est vide.",
    ),
    "file_too_large": (
        "The file has {length:size}; {most:size} are the most that are taken.",
        "Le fichier fait {length:size} ; {most:size} sont le maximum accepté.",
    ),
    "more_than_announced": (
        "The upload was announced with {length} bytes; here come more.",
        "L’envoi était annoncé avec {length} octets ; il en vient davantage.",
    ),
    "upload_offset/at": (
        "The upload goes on at byte {received}, not at {at}; ask for its offset.",
        "L’envoi reprend à l’octet {received}, pas à {at} ; demandez où il en est.",
    ),
    "upload_offset/other": (
        "Somebody else has sent to this upload; ask for its offset.",
        "Quelqu’un d’autre a envoyé une partie de ce fichier ; demandez où il en est.",
    ),
    "upload_busy": (
        "Somebody is sending to this upload just now; ask for its offset, then go on.",
        "Quelqu’un envoie ce fichier en ce moment ; demandez où il en est, puis continuez.",
    ),
    "upload_stalled": (
        "Nothing came for {seconds} seconds; what came is kept: go on from there.",
        "Rien n’est venu pendant {seconds} secondes ; ce qui est venu est gardé : continuez de là.",
    ),
    "upload_expired": (
        "Nothing came for too long, so the upload was ended; begin it anew.",
        "Rien n’est venu depuis trop longtemps, l’envoi a été abandonné ; recommencez-le.",
    ),
    "too_much_under_way": (
        "{count} uploads of {there:size} are not finished; finish or delete some, then send this one.",
        "{count} envois de {there:size} ne sont pas finis ; terminez-en ou supprimez-en, puis envoyez celui-ci.",
    ),
    "disk_full/room": (
        "There is no room for {wanted:size} on the service's disk; {left:size} are left.",
        "Il n’y a pas de place pour {wanted:size} sur le disque du service ; il reste {left:size}.",
    ),
    "disk_full/kept": (
        "The service's disk is full; what came before is kept. Make room, then go on.",
        "Le disque du service est plein ; ce qui est venu avant est gardé. Faites de la place, puis continuez.",
    ),
    "disk_full/nothing": (
        "The service's disk is full; nothing of this file was kept. Make room, then send it again.",
        "Le disque du service est plein ; rien de ce fichier n’a été gardé. Faites de la place, puis renvoyez-le.",
    ),
    "checksum_mismatch": (
        "The bytes that came are not those that were sent; send this piece again.",
        "Les octets reçus ne sont pas ceux qui ont été envoyés ; renvoyez ce morceau.",
    ),
    "upload_missing": (
        "The uploaded file is not there any more; please upload it again.",
        "Le fichier envoyé n’est plus là ; envoyez-le de nouveau.",
    ),
    "exhibit_gone": (
        "The exhibit {exhibit} was taken out of the draft while the file was read; nothing was changed.",
        "L’étape {exhibit} a été retirée du brouillon pendant la lecture du fichier ; rien n’a été changé.",
    ),
    "track_changed": (
        "The track is gone or has another sound by now; there is nothing to measure.",
        "La piste n’est plus là ou a un autre son ; il n’y a rien à mesurer.",
    ),
    # jobs
    "job_not_failed": (
        "This job has not failed; only a failed one can be tried again.",
        "Ce travail n’a pas échoué ; seul un travail échoué peut être repris.",
    ),
    "job_source_gone": (
        "What this job worked on is not kept any more; please send the file again, or another.",
        "Le fichier de ce travail n’est plus gardé ; envoyez-le de nouveau, ou un autre.",
    ),
    "job_overtaken": (
        (
            "The track {track} has had a later upload, which this one would replace; please send the file again "
            "if that is meant."
        ),
        (
            "La piste {track} a reçu depuis un autre envoi, que celui-ci remplacerait ; si c’est voulu, envoyez "
            "de nouveau le fichier."
        ),
    ),
    # the service
    "database_unavailable": (
        "The database does not answer; try again soon.",
        "La base de données ne répond pas ; réessayez bientôt.",
    ),
    "value_out_of_range": (
        "A value is larger than can be stored, or is no text.",
        "Une valeur est trop grande pour être gardée, ou n’est pas du texte.",
    ),
    "internal/found": (
        "Something went wrong here; look for {request} in the service's log.",
        "Quelque chose a mal tourné ici ; cherchez {request} dans le journal du service.",
    ),
    "internal/log": (
        "Something went wrong here; it is in the service's log.",
        "Quelque chose a mal tourné ici ; le journal du service en dit plus.",
    ),
}

TITLES: Final[Mapping[str, str]] = {
    "no_key": "Clé manquante",
    "wrong_key": "Clé inconnue",
    "key_revoked": "Clé révoquée",
    "key_expired": "Clé expirée",
    "signed_out": "Déconnecté",
    "wrong_sign_in": "Connexion refusée",
    "which_site": "Site à préciser",
    "too_many_sign_ins": "Trop de connexions",
    "too_many_visits": "Trop de visites",
    "too_many_enrolments": "Trop d’enrôlements",
    "role_missing": "Rôle manquant",
    "bad_csrf_token": "Jeton de connexion faux",
    "person_exists": "Personne déjà là",
    "unknown_person": "Personne inconnue",
    "bad_person": "Personne refusée",
    "malformed": "Demande mal formée",
    "malformed_json": "JSON illisible",
    "malformed_body": "Corps illisible",
    "body_too_large": "Corps trop grand",
    "unsupported_type": "Type non accepté",
    "not_found": "Introuvable",
    "method_not_allowed": "Méthode non admise",
    "bad_cursor": "Curseur faux",
    "unknown_exhibit": "Étape inconnue",
    "unknown_zone": "Zone inconnue",
    "unknown_show": "Séance inconnue",
    "unknown_tour": "Parcours inconnu",
    "unknown_track": "Piste inconnue",
    "unknown_job": "Travail inconnu",
    "unknown_upload": "Envoi inconnu",
    "unknown_release": "Publication inconnue",
    "unknown_visit": "Visite inconnue",
    "no_transcript": "Pas de texte",
    "exhibit_exists": "Étape déjà là",
    "zone_exists": "Zone déjà là",
    "show_exists": "Séance déjà là",
    "tour_exists": "Parcours déjà là",
    "track_exists": "Piste déjà là",
    "precondition_failed": "Changé entre-temps",
    "precondition_required": "Version à préciser",
    "nothing_to_undo": "Rien à annuler",
    "invalid_geometry": "Tracé non valable",
    "draft_not_sound": "Brouillon à corriger",
    "no_release": "Rien de publié",
    "track_not_sound": "Commentaire à corriger",
    "transcript_not_sound": "Texte à corriger",
    "file_empty": "Fichier vide",
    "upload_empty": "Fichier vide",
    "file_too_large": "Fichier trop grand",
    "more_than_announced": "Plus qu’annoncé",
    "upload_offset": "Reprise ailleurs",
    "upload_busy": "Envoi occupé",
    "upload_stalled": "Envoi arrêté",
    "upload_expired": "Envoi abandonné",
    "too_much_under_way": "Trop d’envois en cours",
    "disk_full": "Disque plein",
    "checksum_mismatch": "Somme de contrôle fausse",
    "upload_missing": "Fichier disparu",
    "exhibit_gone": "Étape retirée",
    "track_changed": "Piste changée",
    "job_not_failed": "Travail non échoué",
    "job_source_gone": "Fichier plus gardé",
    "job_overtaken": "Envoi dépassé",
    "media_missing": "Fichier manquant",
    "text_unread": "Texte non lu",
    "database_unavailable": "Base de données absente",
    "value_out_of_range": "Valeur trop grande",
    "internal": "Erreur interne",
}
"""In French; the English title is the code in words."""
