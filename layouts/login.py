"""The sign-in page and the pages that say no: plain, without scripts, and with nothing of the house's data in them."""

from __future__ import annotations

from markupsafe import Markup

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en" class="login">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Watchfloor</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/fonts.css">
<link rel="stylesheet" href="/assets/login.css">
</head>
<body>
<main>
<p class="mark">Watchfloor</p>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
""")
_ERROR = Markup('<p class="error" id="error" role="alert">{}</p>')
_FORM = Markup("""{error}
<form method="post" action="/login">
<input type="hidden" name="csrf_token" value="{csrf}">
<input type="hidden" name="next" value="{next}">
<label for="name">Name</label>
<input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false" \
maxlength="64" required{at_name}{wrong}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{at_password}{wrong}>
<p class="keep"><input id="keep" name="keep" type="checkbox" value="yes" aria-describedby="keep-note">
<label for="keep">Keep this screen signed in</label></p>
<p class="note" id="keep-note">For a wall that nobody touches. Without it you are signed out after twelve hours.</p>
<button>Sign in</button>
</form>
""")
_NOBODY = Markup("""<p>Nobody can sign in yet. Write down the first person where the server runs:</p>
<pre><code>python app.py person add NAME --role admin</code></pre>
""")
_HERE = Markup("""<p>You are <strong dir="auto">{name}</strong>, {role}.</p>
<p><a class="go" href="{next}">Go on</a></p>
""")
_ALONE = Markup("""<p class="note">Nobody is written down, so whoever sits at this machine may do everything. \
<code>python app.py person add NAME --role admin</code> changes that.</p>
""")
_OUT = Markup("""<form method="post" action="/logout">
<input type="hidden" name="csrf_token" value="{csrf}">
<button class="quiet">Sign out</button>
</form>
""")


def login_page(csrf: str, *, goes_to: str, name: str = "", error: str = "") -> str:
    """The form. `goes_to` is where it leads, a path on this server; `name` and `error` are of the try before."""
    form = _FORM.format(
        error=_ERROR.format(error) if error else "",
        csrf=csrf,
        next=goes_to,
        name=name,
        at_name=Markup("") if name else Markup(" autofocus"),
        at_password=Markup(" autofocus") if name else Markup(""),
        wrong=Markup(' aria-describedby="error"') if error else Markup(""),
    )
    return _page("Sign in", form)


def nobody_page() -> str:
    """What stands in place of the form while nobody is written down."""
    return _page("Sign in", _NOBODY)


def signed_in_page(csrf: str, *, name: str, role: str, goes_to: str, leaves: bool) -> str:
    """Who is signed in, and the way on; with `leaves` the way out too, else why there is none."""
    here = _HERE.format(name=name, role=role, next=goes_to)
    return _page("Signed in", here + (_OUT.format(csrf=csrf) if leaves else _ALONE))


def sentence_page(sentence: str) -> str:
    """A page that says no, and why."""
    said = Markup('<p>{}.</p><p><a href="/">Back to the wall</a> or <a href="/login">sign in as somebody else</a></p>')
    return _page("Refused", said.format(sentence[:1].upper() + sentence[1:]))


def _page(title: str, content: Markup) -> str:
    return str(_PAGE.format(title=title, content=content))
