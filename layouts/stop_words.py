"""Words that say nothing of themselves, in small letters: left out where the words of a topic are looked for."""

from __future__ import annotations

# Frequent words without a subject of their own, of the languages most posts are in; those of two letters may stand in
# a pair, so they are here too. What is left of contractions and of links is at the end.
_WORDS = {
    "en": """a an the and or but nor so if then than that this these those there here it its it's i i'm i've i'd i'll me
        my mine myself we we're we've us our ours you you're you've your yours u ur he he's him his she she's her hers
        they they're them their theirs who whom whose which what what's when where why how is isn't are aren't was
        wasn't were weren't be been being am do does doesn't did didn't don't done doing have haven't has hasn't had
        hadn't having can can't could couldn't will won't would wouldn't shall should shouldn't may might must not no
        yes of in on at by for from to with without into onto over under about above below after before between during
        through until up down out off again once only just also too very more most less least much many some any all
        both each every few other others another such own same as like get gets got getting go goes going gone went
        make makes made making take takes took taking come comes came coming see seen say says said saying tell told
        know knew think thought want wants wanted need needs needed use used try tried trying let let's put give gave
        given back now still even ever never always already yet today tomorrow yesterday day days time times one two
        three first last next new good great well really right way thing things something anything nothing people
        please thanks thank hi hey hello ok okay oh lol via amp rt""",
    "es": """el la los las un una unos unas y o u e pero si no de del al a en con sin por para sobre entre hasta desde
        que qué como cómo cuando cuándo donde dónde quien quién cual cuál yo tú él ella usted nosotros ellos ellas me te
        se nos os le les lo mi mis tu tus su sus nuestro nuestra es son era eran fue fueron ser estar está están estoy
        estaba hay ha han he hemos hacer hace hacen tiene tienen tengo muy más menos ya aún también solo sólo siempre
        nunca este esta estos estas ese esa eso esto aquí allí todo toda todos todas otro otra hoy mañana ayer día días
        vez gracias hola favor""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber doch denn wenn dann als ob weil dass
        wie was wer wo wann warum ich du er sie es wir ihr mich dich sich uns euch ihn ihm ihnen mein meine dein deine
        sein seine unser unsere euer ihre ist sind war waren bin bist sein habe hat haben hatte hatten wird werden wurde
        kann können konnte muss müssen soll will wollen nicht kein keine nein ja von vom zu zum zur in im an am auf aus
        bei beim mit nach seit über unter vor für gegen ohne um durch bis auch noch nur schon sehr mehr immer wieder mal
        jetzt heute morgen gestern tag tage hier da dort so man alle alles etwas nichts bitte danke hallo""",
    "fr": """le la les l un une des du de d et ou mais donc or ni car si que qu qui quoi dont où quand comment pourquoi
        je j tu il elle on nous vous ils elles me m te t se s lui leur leurs y en mon ma mes ton ta tes son sa ses notre
        nos votre vos ce cet cette ces c'est est sont était étaient être suis es êtes ai as a avons avez ont avait avoir
        fait faire va vais vont pas ne n plus moins très bien aussi encore déjà toujours jamais dans sur sous avec sans
        pour par chez vers entre depuis avant après tout tous toute toutes autre autres même ici là aujourd'hui demain
        hier jour jours merci bonjour""",
    "pt": """o a os as um uma uns umas e ou mas se não de do da dos das em no na nos nas ao à aos às com sem por pelo
        pela para sobre entre até desde que quem qual quando onde como porque eu tu ele ela você vocês nós eles elas me
        te se lhe nos meu minha meus minhas seu sua seus suas nosso nossa é são era eram foi foram ser estar está estão
        estou tem têm tenho há fazer faz muito mais menos já ainda também só sempre nunca este esta isto esse essa isso
        aqui ali todo toda todos todas outro outra hoje amanhã ontem dia dias vez obrigado obrigada olá""",
}
STOP_WORDS = sorted({word for words in _WORDS.values() for word in words.split()})
