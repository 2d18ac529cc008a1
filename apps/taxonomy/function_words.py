"""Words that carry grammar and questions but no subject, left out of what is indexed and asked, by language.

Chosen by measurement: a question word is rare in documents; without this list it would weigh as much as a term.
"""

from __future__ import annotations

_WORDS: dict[str, str] = {
    "en": (
        "a an the of in on at to for by from with without within and or not no nor is are was were be been "
        "being am do does did doing has have had having it its itself this that these those what which who "
        "whom whose when where why how as than then there their theirs they them he him his she her i me my "
        "you your we our but if so such into about above below over under after before during while until "
        "against between through because can could will would shall should may might must s t many much more "
        "most other another some any each few both same very too also just only own once here again further "
        "up down out off per among across upon via kind type use used using name named call called"
    ),
    "es": (
        "el la los las lo un una unos unas de del al a ante con contra desde durante en entre hacia hasta "
        "para por según sin sobre tras y e o u ni que qué quien quién quienes quiénes cual cuál cuales cuáles "
        "cuando cuándo donde dónde como cómo cuanto cuánto cuanta cuánta cuantos cuántos cuantas cuántas "
        "porque si sí no más muy mucho muchos poco pero su sus mi mis tu tus nos se le les me te él ella "
        "ellos ellas esto este esta estos estas eso ese esa esos esas es son era eran fue fueron ser sido "
        "está están estaba ha han había haber hay tiene tienen tenía también ya tipo nombre otro otra otros "
        "otras cada mismo misma"
    ),
    "pt": (
        "o a os as um uma uns umas de do da dos das em no na nos nas ao aos à às por pelo pela pelos pelas "
        "para com sem sob sobre entre até desde e ou nem que quê quem qual quais quando onde como quanto "
        "quanta quantos quantas porque se não sim mais muito muitos mas seu sua seus suas meu minha ele ela "
        "eles elas isto este esta estes estas isso esse essa esses essas aquele aquela é são era eram foi "
        "foram ser sido está estão estava há tem têm tinha também já"
    ),
    "fr": (
        "le la les l un une des du de d à au aux en dans sur sous par pour avec sans entre vers chez et ou ni "
        "que qu qui quoi dont où quel quelle quels quelles quand comment combien pourquoi lequel laquelle "
        "lesquels car si ne pas plus très mais son sa ses leur leurs mon ma mes notre nos votre vos ce c cet "
        "cette ces cela ça il elle ils elles on je tu nous vous se s lui y est sont était étaient fut être "
        "été a ont avait avoir aussi n m t j"
    ),
    "id": (
        "yang dan atau di ke dari pada dengan untuk oleh dalam sebagai adalah ialah ini itu tersebut apa "
        "siapa mana kapan dimana bagaimana berapa mengapa kenapa tidak bukan juga akan telah sudah sedang ada "
        "dapat bisa para serta karena jika bila agar saat antara seperti lebih ia dia mereka kami kita saya "
        "anda nya"
    ),
    "ru": (
        "и в во не что он на я с со как а то все она так его но да ты к ко у же вы за бы по ее её их им из от "
        "до для о об обо при под над без между через после перед или ли если когда где куда откуда кто кого "
        "кому кем какой какая какое какие какого каких каким какому какую сколько почему зачем чем чего чему "
        "чтобы это этот эта эти этого этой этих тот та те того той тех который которая которое которые "
        "которого которой которых которому которым был была было были быть есть нет ни мы нас вас мне меня "
        "тоже также уже еще ещё только очень каков какова каковы себя свой своя свои своих своего своей более "
        "можно может"
    ),
    "ar": (
        "في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين اللذان ما ماذا متى أين كيف كم هل لماذا هو هي هم "
        "هما كان كانت يكون تكون تم أن إن أو ثم قد لم لن لا كل بعد قبل بين عند حيث أي أية منذ حتى إذا لكن بل "
        "غير سوى عليه عليها فيه فيها به بها له لها لهم منه منها التى ألا إلا نحن أنا كما وقد ليس"
    ),
    "fa": (
        "و در به از که این آن را با است برای یک تا بر هم نیز شد شده شود می نمی ها های هایی ای اند بود بودند "
        "باشد کرد کرده کند کنند دارد دارند داشت چه چی کی کجا چرا چگونه چطور چند کدام آیا هر یا اگر اما ولی پس "
        "پیش بین روی زیر خود ما من او آنها ایشان شما همه هیچ وی باید توسط"
    ),
    "hi": (
        "का के की को से में पर ने है हैं था थे थी और क्या कौन कौनसा कौनसी किस किसने किसे किसके किसकी किसका "
        "कितने कितनी कितना कब कहाँ कहां क्यों कैसे"
    ),
    "tr": (
        "ve ile bir bu şu o da de mi mı mu mü ne nasıl neden niçin kim kimin kaç hangi hangisi için gibi daha "
        "en çok ise ya veya ama fakat olarak olan nedir nerede zaman ki her"
    ),
    "vi": "và của là các những gì nào ai",
}

FUNCTION_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _WORDS.items()}

# In scripts without spaces they are cut out of the running text instead; alternatives of a regular expression.
CUT_OUT: dict[str, str] = {
    "zh": "什么|哪些|哪个|哪种|哪|多少|谁|何时|怎么|怎样|如何|为什么|吗|呢|[的是在]",
    "th": "อะไร|เท่าไหร่|เท่าไร|ใคร|เมื่อไหร่|เมื่อไร|ที่ไหน|ทำไม|อย่างไร|กี่|ใด|ไหน",
}
