import type { AlarmId } from '../../core/status/alarms';
import { readText } from '../shared/read-text';

/** With more texts than this, `ups.alarm` is not a list of alarms. */
const MOST_ALARMS = 64;

/**
 * Phrases of NUT's drivers in `ups.alarm`, which has no vocabulary of its own: inferred from drivers (usbhid-ups, nutdrv_qx, bcmxcp, snmp-ups,
 * adelsystem_cbi) and dumps. They are looked for in the text in lower case without punctuation, the more telling first. `words`: the text says
 * more than the id, and stays beside it.
 */
const PHRASES: readonly (readonly [RegExp, AlarmId, 'words'?])[] = [
    [/no battery( installed)?|battery (is )?(disconnected|missing|not (connected|present)|fail\w*|bad)/, 'battery-bad'],
    [/replace (the )?batter(y|ies)|batter(y|ies) replace\w*|battery needs? (replac\w+|service)/, 'battery-replace'],
    [/battery (is )?((totally|fully) )?(discharged|depleted)|depleted battery/, 'depleted-battery'],
    [/low battery|battery (is )?low/, 'low-battery'],
    [/(battery )?(self ?)?test (has )?fail\w*/, 'diagnostic-test-failed'],
    [/shutdown imminent|(is )?shutting down/, 'shutdown-imminent'],
    [/shutdown (is )?pending/, 'shutdown-pending'],
    [/(remote )?(epo|emergency (power|pwr) off)( (is )?(activated?|enabled|on|command))?$/, 'emergency-power-off'],
    [/emergency shutdown command/, 'emergency-power-off', 'words'],
    [/(battery )?charger (has )?(fail\w*|fault)|charger$/, 'charger-failed'],
    [/(temperature|temp) (is )?(too )?high|high temp(erature)?|over ?temp(erature)?|overheat(ed|ing)?/, 'temp-bad'],
    [/(output )?overload(ed)?( fault)?/, 'output-overload'],
    [/fans? (has )?(fail\w*|fault)|fan$/, 'fan-failure'],
    [/fuse (has )?(fail\w*|fault|blown)/, 'fuse-failure'],
    [/fuse not working/, 'fuse-failure', 'words'],
    [/inverter (has )?(fail\w*|fault)/, 'inverter-failure'],
    [
        /internal (ups )?(fault|fail\w*)|general (fault|alarm)|fault reported by ups|^(fault|general|system alarm)$/,
        'general-fault',
    ],
    [/bypass (is )?(not available|bad|fail\w*)/, 'bypass-bad'],
    [/(on|in|manual|automatic) bypass( mode)?|bypass (on|mode)/, 'on-bypass'],
    [/on maintenance bypass|on manual bypass/, 'on-bypass', 'words'],
    [/loss of redundancy|redundancy (is )?lost|lost redundancy/, 'redundancy-lost'],
    [/(input|utility|mains) (has )?(fail\w*|bad|lost|not present)|input line voltage loss/, 'input-bad'],
    [/output (short circuit|(under|over) ?voltage)/, 'output-bad', 'words'],
    [/bad output( condition)?|output (voltage )?bad/, 'output-bad'],
    [/output (is )?off|load (is )?off|^off$/, 'ups-output-off'],
    [/in eco mode|eco mode/, 'eco-mode'],
    [/awaiting power/, 'awaiting-power'],
    // The unit takes this alarm for silence of the whole UPS: a lost inner bus or sensor must never be read as this.
    [/^communications? (with ups )?(fault|fail\w*|lost)$/, 'communications-lost'],
];

/** States that drivers write among the alarms and that need no action: the words of bcmxcp and nutdrv_qx (inferred). */
const STATES =
    /^((inverter|charger|control power|other ups) on|on (inverter|line)|online|(battery )?(charging|floating|resting)|full time charging|in parallel|parallel inverter|in (converter|avr) mode|going on)$/;
/** Texts that mean "no alarm". */
const NOTHING = /^(0|ok|none?|normal|warnings?|alarms?|no (active )?alarms?( present)?)?$/;

/** Words without information: the speaker, and that it is an alarm. */
const FILLERS = /^(ups |the |system |alarms? |warnings? |for |is )+|( (alarm|present|active|detected|warning|now))+$/g;
/** Beside a phrase these words may reverse its meaning ("overload cleared", "no fan failure"). */
const NEGATIONS = /\b(no|not|non|without|clear(ed)?|end(ed)?|over|resolved|restored|normal|ok|good|disabled|reset)\b/;

/**
 * The texts in one `ups.alarm`, as far as they can be told apart: each in brackets (newer NUT), each ending with `!`, or with a full stop before
 * another sentence, separated by `;`, `|`, a comma and a blank, or line ends, or capitals with underscores (bcmxcp).
 */
export function alarmTexts(text: string | undefined): string[] {
    return (text ?? '')
        .replace(/\[(?!bit:)([^\]]*)\]/gi, '\n$1\n')
        .split(/[\r\n;|]+|(?<=!)\s+|,\s+|(?<=[\p{L}\d)]{2}\.)\s+(?=\p{Lu})/u)
        .flatMap((part) => readText(part) ?? [])
        .flatMap((part) =>
            /^([A-Z][A-Z0-9]*(_[A-Z0-9]+)+ )+[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(part) ? part.split(' ') : [part],
        )
        .map((part) => part.replace(/^(ups )?(warnings?|alarms?|faults?):\s*/i, ''))
        .filter((part) => !NOTHING.test(plainWords(part)))
        .slice(0, MOST_ALARMS);
}

/**
 * What one text raises: the id that says it; beside it `vendor:<text>` where the text says more, `vendor:<text>` alone where nobody knows it, and
 * `state:<text>` for what is no alarm.
 */
export function alarmsOf(text: string): AlarmId[] {
    const words = plainWords(text);
    if (STATES.test(words)) return [`state:${text}`];
    const found = PHRASES.flatMap(([pattern, id, more]) => {
        const match = pattern.exec(words);
        if (!match) return [];
        const rest = `${words.slice(0, match.index)} ${words.slice(match.index + match[0].length)}`.trim();
        return NEGATIONS.test(rest) ? [] : [{ id, says: !more && rest === '' }];
    });
    // A phrase that covers the whole text counts alone: "battery test failed" does not mean a bad battery.
    const whole = found.find(({ says }) => says);
    if (whole) return [whole.id];
    return found.length ? [found[0]!.id, `vendor:${text}`] : [`vendor:${text}`];
}

/** In lower case, without punctuation and underscores, and without the words that carry no information. */
function plainWords(text: string): string {
    const words = text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim();
    const bare = words.replace(FILLERS, '').trim();
    return /^(alarms?|warnings?|system)$/.test(words) || bare === '' ? words : bare;
}
