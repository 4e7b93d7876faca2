"""The frame around Great Expectations' tables: one small style, no script, no address."""

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title | e }}</title>
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}h5{font-size:1rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}
.refused{color:#a40000;font-weight:600}.passed{color:#05620e;font-weight:600}
.fas{font-style:normal;font-weight:700}.fa-check-circle::before{content:"\\2713";color:#05620e}
.fa-times::before{content:"\\2717";color:#a40000}.fa-exclamation-triangle::before{content:"!";color:#a40000}
.text-danger{color:#a40000}footer{margin-top:3rem;color:#555;font-size:.85rem}
</style>
</head>
<body>
"""

_FOOT = """<footer>Checked with Great Expectations {{ version | e }}. These pages hold counts and names of rules,
never an answer or an identifier.</footer>
</body>
</html>
"""

_VERDICT = """{% if verdict.refused %}<span class="refused">refused</span>
{%- else %}<span class="passed">passed</span>{% endif %}"""

_PROBLEMS = """{% if problems %}<table>
<thead><tr><th>Check</th><th>Severity</th><th>Wave</th><th>Variable</th>
<th class="n">Count</th><th class="n">Of</th><th>Signed for</th><th>Action</th></tr></thead>
<tbody>
{% for problem in problems %}<tr><td>{{ problem.check | e }}</td><td>{{ problem.severity | e }}</td>
<td>{{ (problem.wave or "") | e }}</td><td>{{ (problem.variable or "") | e }}</td>
<td class="n">{{ problem.count }}</td><td class="n">{{ problem.of }}</td>
<td>{{ (problem.waived or "") | e }}</td><td>{{ (problem.action or "") | e }}</td></tr>
{% endfor %}</tbody>
</table>
{% else %}<p>No problem was found.</p>
{% endif %}"""

_INDEX = """{% include "head" %}<h1>{{ title | e }}</h1>
<h2>Data quality</h2>
<table>
<thead><tr><th>Suite</th><th>Verdict</th><th class="n">Expectations</th><th class="n">Not met</th></tr></thead>
<tbody>
{% for page, verdict in listed %}<tr><td><a href="{{ page | e }}">{{ verdict.name | e }}</a></td>
<td>{% include "verdict" %}</td>
<td class="n">{{ verdict.expectations }}</td><td class="n">{{ verdict.failed }}</td></tr>
{% endfor %}</tbody>
</table>
<h2>Problems</h2>
{% include "problems" %}{% include "foot" %}"""

_PAGE = """{% include "head" %}<p><a href="index.html">All suites</a></p>
<h1>{{ verdict.name | e }}: {% include "verdict" %}</h1>
<p>{{ title | e }}. {{ verdict.expectations }} expectations, {{ verdict.failed }} not met.</p>
{% include "problems" %}<h2>Expectations</h2>
{% for section in sections %}{% set section_loop = loop %}{% include "section.j2" %}{% endfor %}
{% include "foot" %}"""

TEMPLATES = {
    "head": _HEAD,
    "foot": _FOOT,
    "verdict": _VERDICT,
    "problems": _PROBLEMS,
    "index": _INDEX,
    "page": _PAGE,
}
