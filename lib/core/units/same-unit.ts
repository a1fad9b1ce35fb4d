/** Words that devices use for a unit, in lower case and without blanks and degree signs; the first is the sign that we use. */
const WORDS: readonly (readonly string[])[] = [
    ['v', 'volt', 'volts', 'vdc', 'vac'],
    ['a', 'amp', 'amps', 'ampere', 'amperes', 'adc', 'aac'],
    ['w', 'watt', 'watts'],
    ['hz', 'hertz'],
    ['c', 'celsius', 'degc', 'degreesc', 'degreescelsius'],
    ['f', 'fahrenheit', 'degf', 'degreesf', 'degreesfahrenheit'],
    ['%', 'percent'],
    ['s', 'sec', 'second', 'seconds'],
    ['min', 'minute', 'minutes'],
    ['h', 'hour', 'hours'],
];

/** Whether two texts mean one unit: `V` and `Volts`, `°C` and `C`. Only the case of such words does not count: mV is not MV. */
export function isSameUnit(one: string, other: string): boolean {
    return signOf(one) === signOf(other);
}

function signOf(unit: string): string {
    const bare = unit.replace(/[\s°]/g, '');
    return WORDS.find((words) => words.includes(bare.toLowerCase()))?.[0] ?? bare;
}
