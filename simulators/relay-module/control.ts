import { ControlWords } from '../shared/control-words';
import { MODBUS_CONTROL_HELP, handleModbusControl } from '../shared/modbus-control';
import type { RelayModule } from './relay-module';

/** The commands of `handleControl`, for `--help`. Ports count from 1. */
export const CONTROL_HELP = `  input PORT on|off            contact at an input
  output PORT on|off           command a relay, like a Modbus request
  stuck PORT on|off|no         the relay's contact sticks on or off; no: it works again
  power on|off                 supply of the module
${MODBUS_CONTROL_HELP}
  status                       print the ports
  quit`;

/**
 * Runs one command of the control channel, e.g. `stuck 2 off`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range
 */
export function handleControl(module: RelayModule, line: string): unknown {
    const words = new ControlWords(line);
    if (handleModbusControl(module.endpoint, words)) return undefined;
    switch (words.verb) {
        case 'input':
            return module.setInput(words.number(0), words.onOff());
        case 'output':
            return module.switch(words.number(0), words.onOff());
        case 'stuck': {
            const at = words.oneOf(['on', 'off', 'no'] as const, 1);
            return module.setStuck(words.number(0), at === 'no' ? undefined : at === 'on');
        }
        case 'power':
            return module.setPower(words.onOff());
        case 'status': {
            const { outputs, inputs, endpoint } = module;
            const switched = outputs.map((_, i) => module.switched(i + 1));
            return { outputs, inputs, switched, requests: endpoint.requests, clients: endpoint.clients };
        }
        default:
            throw words.notUnderstood();
    }
}
