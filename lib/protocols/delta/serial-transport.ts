export { SerialTransport as SerialDeltaTransport } from '../shared/serial-transport';
export type { SerialLineOptions, SignalState } from '../shared/serial-transport';
