"""Names of columns that should not leave, whatever stands in them, in English and Arabic (methods 7)."""

import re

from transforms.prepare.plain_text import plain_name

WHO = (
    r"respondent|resp|interviewee|participant|beneficiary|head|hhh?|hoh|household|father|mother|parent|guardian|child"
    r"|spouse|husband|wife|contact|person|enumerator|interviewer|caller|client|case|owner|your|the|of"
)
WHOM = (  # as `plain_name` writes it
    r"(ال)?(مستجيب|مستجيبه|مجيب|مستفيد|مستفيده|مشارك|مشاركه|مبحوث|باحث|باحثه|عائله|اسره|اب|ام|زوج|زوجه|طفل|رب|ربه|شخص"
    r"|والد|والده|ولي|امر|عميل|منزل|بيت|سكن|خاص|خاصه)"
)
NUMBER = r"(_?(no|num|number|nr|id|\d{1,2}))*"
RULES = {
    "name": rf"((full|first|last|family|middle|given|second|third|{WHO})_?)+names?|(sur|fore|user)_?name"
    rf"|names?_(of_)?(({WHO})_?)+|(ال)?اسم(_({WHOM}|(ال)?(كامل|ثلاثي|رباعي|اول|اخير|ثاني|شخصي)))*|(ال)?كنيه|اسماء_.*",
    "telephone": rf"(({WHO}|my|main|other|alternative|second|primary)_)*(tele)?phone{NUMBER}(_({WHO}))*"
    rf"|(({WHO}|main|other)_)*(mobile|cell|cell_?phone|mobile_?phone|land_?line|whats_?app|tel|contact_(no|num|number))"
    rf"{NUMBER}|msisdn"
    rf"|(رقم|ارقام)?_?(ال)?(هاتف|هواتف|تلفون|تليفون|جوال|موبايل|خلوي|خليوي|محمول|واتساب|واتس_اب|نقال)(_{WHOM}|_?\d+)*"
    r"|رقم_(ال)?(تواصل|اتصال)",
    "national_number": r"national_?(id|no|num|number|identity)(_(no|num|number))?|nat_id|id_?(no|num|number|card)"
    r"|identity_?(card|no|number)|passport(_?(no|num|number|id))?|nin|ssn|security_card(_no)?|civil_id"
    rf"|(ال)?رقم_(ال)?(وطني|شخصي|هويه|جواز|قيد|امني)(_السفر)?(_{WHOM})*|(رقم_)?(ال)?(هويه|جواز(_السفر)?|بطاقه_امنيه)",
    "unhcr_case": r"unhcr(_?(no|num|number|case|id|file|registration|card))*|(progres|case|file|asylum|registration)_?"
    r"(no|num|number)|رقم_(ال)?(ملف|مفوضيه|حاله|لجوء)(_.*)?|(رقم_)?المفوضيه",
    "email": rf"(({WHO})_)*e_?mails?(_?(address|id))?|(ال)?بريد(_(ال)?(الكتروني))?(_{WHOM})*|(ال)?ايميل",
    "address": rf"(({WHO}|home|street|postal|full|exact)_?)*address|ip_?address"
    rf"|(ال)?عنوان(_(ال)?(كامل|تفصيلي)|_{WHOM})*",
    "coordinates": r"lat(itude)?|lon(g|gitude)?|.*_(latitude|longitude)|gps(_.*)?|.*_gps"
    r"|geo_?(point|location|trace|tag)?|coord(inate)?s?|(gps_)?location_(lat|lon|point)|(ال)?(احداثيات|احداثي|موقع_الجغرافي)(_.*)?|خط_(ال)?(طول|عرض)",
    "iban": r"iban(_?(no|num|number))?|(bank_?)?account_?(no|num|number)|(رقم_)?(ال)?ايبان|رقم_(ال)?(حساب|حساب_البنكي)",
    "free_text": r"((enumerator|interviewer|general|other|final|your|any)_)*(notes?|comments?|remarks?)(_\d+)?"
    r"|(ال)?(ملاحظه|ملاحظات|تعليق|تعليقات)(_.*)?",
}
NAMES = {rule: re.compile(pattern) for rule, pattern in RULES.items()}


def rules_of_name(name: str) -> tuple[str, ...]:
    """Names of the rules by which a column should not leave. Of a path as forms write it, its last part counts too."""
    forms = {plain_name(name): None, plain_name(name.rpartition("/")[2]): None}
    return tuple(rule for rule, pattern in NAMES.items() if any(pattern.fullmatch(form) for form in forms))
