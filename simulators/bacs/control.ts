import { BLOCK_FAULTS, type BlockFault } from '../../lib/simulation/battery/faults';
import { MODULE_STATES, SYSTEM_STATES } from '../../lib/simulation/battery/monitor/states';
import { ControlWords } from '../shared/control-words';
import { handleModbusControl, MODBUS_CONTROL_HELP } from '../shared/modbus-control';
import type { BacsCard } from './card';

const FAULTS = Object.keys(BLOCK_FAULTS) as BlockFault[];
const STATES = [...new Set([...SYSTEM_STATES, ...MODULE_STATES])];

/** The commands of `handleControl`, for `--help`. Modules, strings, devices and ports count from 1. */
export const CONTROL_HELP = `  mains on|off                 the charger has power
  load WATTS|none              what the battery feeds while the mains are off
  load AMPS amps
  fault NAME MODULE on|off [VALUE]
                               NAME: ${FAULTS.join(' ')}
  replace MODULE               a new block
  breaker STRING open|closed   sensor STRING lost|ok (its current sensor)
  duplicate FROM TO on|off     module FROM has the id of module TO
  addressing on|off            aux lost|ok
  input DEVICE PORT on|off     output DEVICE PORT on|off
  ambient CELSIUS              charge PERCENT [MODULE]
  equalizing pause HOURS       equalizing resume
  state NAME on|off [m7] [s2]  a flag of the card, with modules and strings that carry it
  state NAME auto, state auto  that flag, or all, by the values again
  restart                      the card starts anew
  serial NUMBER                another card answers
  counts MODULES STRINGS       what it says of how many there are; counts true: the truth
  wobble on|off                at every other request it says one module less
  garbage on|off               registers hold anything, SNMP is none
${MODBUS_CONTROL_HELP}
  status                       print flags, strings and faults
  quit`;

/**
 * Runs one command of the control channel, e.g. `fault weak 7 on`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range
 */
export function handleControl(card: BacsCard, line: string): unknown {
    const words = new ControlWords(line);
    if (handleModbusControl(card.endpoint, words)) return undefined;
    const act = COMMANDS[words.verb];
    if (!act) throw words.notUnderstood();
    return act(card, words);
}

type Act = (card: BacsCard, words: ControlWords) => unknown;

const COMMANDS: Readonly<Record<string, Act>> = {
    mains: ({ battery }, words) => battery.setMains(words.onOff()),
    load: ({ battery }, words) => {
        if (words.args[0] === 'none') return battery.setLoad(undefined);
        const amount = words.number(0);
        battery.setLoad(words.args[1] === 'amps' ? { amps: amount } : { watts: amount });
    },
    fault: ({ battery }, words) =>
        battery.setFault(words.oneOf(FAULTS, 0), words.number(1), words.onOff(2), words.optionalNumber(3)),
    replace: ({ battery }, words) => battery.replaceBlock(words.number(0)),
    breaker: ({ battery }, words) => battery.setBreaker(words.number(0), words.oneOf(['open', 'closed'], 1) === 'open'),
    sensor: ({ battery }, words) =>
        battery.setCurrentSensor(words.number(0), words.oneOf(['lost', 'ok'], 1) === 'lost'),
    duplicate: ({ battery }, words) => battery.setDuplicate(words.number(0), words.number(1), words.onOff()),
    addressing: ({ battery }, words) => battery.setAddressing(words.onOff()),
    aux: ({ battery }, words) => battery.setAuxLost(words.oneOf(['lost', 'ok'], 0) === 'lost'),
    input: ({ battery }, words) => battery.setInput(words.number(0), words.number(1), words.onOff()),
    output: ({ battery }, words) => battery.setOutput(words.number(0), words.number(1), words.onOff()),
    ambient: ({ battery }, words) => battery.setAmbient(words.number(0)),
    charge: ({ battery }, words) => battery.setCharge(words.number(0), words.optionalNumber(1)),
    equalizing: ({ battery }, words) => {
        if (words.oneOf(['pause', 'resume'], 0) === 'resume') battery.resumeEqualizing();
        else battery.pauseEqualizing(words.number(1));
    },
    state: ({ battery }, words) => {
        if (words.args[0] === 'auto') return battery.release();
        const state = words.oneOf(STATES, 0);
        if (words.oneOf(['on', 'off', 'auto'], 1) === 'auto') return battery.release(state);
        const numbers = (letter: string) =>
            words.args.slice(2).flatMap((word) => (word.startsWith(letter) ? [Number(word.slice(1))] : []));
        battery.force(state, words.onOff(1), numbers('m'), numbers('s'));
    },
    restart: (card) => card.restart(),
    serial: ({ battery }, words) => void (battery.monitor.settings.serial = words.number(0)),
    counts: ({ lies }, words) => {
        const isTrue = words.args[0] === 'true';
        lies.modules = isTrue ? undefined : words.number(0);
        lies.strings = isTrue ? undefined : words.number(1);
    },
    wobble: ({ lies }, words) => void (lies.wobble = words.onOff()),
    garbage: ({ lies }, words) => void (lies.garbage = words.onOff()),
    status: ({ battery, endpoint, agent }) => {
        const { states, strings } = battery.flags();
        const { byString } = battery.sweep();
        return {
            states: [...states],
            strings: Object.fromEntries(strings ?? []),
            current: [...(byString.current ?? [])],
            voltage: [...(byString.voltage ?? [])],
            faults: battery.faults.list(),
            requests: endpoint.requests + (agent?.requests ?? 0),
        };
    },
};
