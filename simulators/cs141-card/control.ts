import { ControlWords } from '../shared/control-words';
import { MODBUS_CONTROL_HELP, handleModbusControl } from '../shared/modbus-control';
import { handleUpsControl, UPS_CONTROL_HELP } from '../shared/ups-control';
import type { Cs141Card } from './card';
import type { Site } from './site';

/** The commands of `handleControl`, for `--help`. Ports count from 1. */
export const CONTROL_HELP = `${UPS_CONTROL_HELP}
  aux PORT on|off              an AUX port, 1 to 4
  sensor NUMBER VALUE|none     an analog sensor, 1 to 8
  digital-input PORT on|off    of a SITEMONITOR, 1 to 64
  digital-output PORT on|off   of a SENSORMANAGER, 1 to 8
${MODBUS_CONTROL_HELP}
  sessions end                 end all sessions of the web interface
  status                       print the reading
  quit`;

/**
 * Runs one command of the control channel, e.g. `mains off`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range, device-refused
 */
export function handleControl(card: Cs141Card, line: string): unknown {
    const words = new ControlWords(line);
    const { ups, site, endpoint, web } = card;
    const obeyed = handleUpsControl(ups, words);
    if (obeyed) return obeyed.result;
    if (handleModbusControl(endpoint, words)) return undefined;
    const setPort = (ports: Site['aux']) => {
        ports[portOf(words, ports)] = words.onOff();
    };
    switch (words.verb) {
        case 'aux':
            return setPort(site.aux);
        case 'digital-input':
            return setPort(site.digitalInputs);
        case 'digital-output':
            return setPort(site.digitalOutputs);
        case 'sensor':
            site.sensors[portOf(words, site.sensors)] = words.args[1] === 'none' ? undefined : words.number(1);
            return;
        case 'sessions':
            words.oneOf(['end'], 0);
            return web?.endSessions();
        case 'status': {
            const { requests, clients } = endpoint;
            return { ...ups.reading(), ...site, requests, clients, reports: web?.reports, sessions: web?.sessions };
        }
        default:
            throw words.notUnderstood();
    }
}

function portOf(words: ControlWords, ports: readonly unknown[]): number {
    const index = words.number(0) - 1;
    if (!(index in ports)) throw words.notUnderstood();
    return index;
}
