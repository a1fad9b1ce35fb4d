import { EventEmitter } from 'node:events';
import type ModbusRTU from 'modbus-serial';
import type { NodeStyleCallback, ReadCoilResult, ReadRegisterResult } from 'modbus-serial/ModbusRTU';
import { asUpsError, UpsError } from '../../core/errors';
import type { Reason } from '../../core/reasons';
import { rtuFrame } from '../modbus-server/framing';
import { EXCEPTION, isUnsupported, type ModbusBlock, type ModbusLine } from './line';
import type { ModbusLink } from './link';

/** Requests over an open link. */
export type ModbusRequests = Omit<ModbusLine, 'close'>;

const READS = { coil: 'writeFC1', discrete: 'writeFC2', holding: 'writeFC3', input: 'writeFC4' } as const;

/**
 * modbus-serial builds requests and reads answers. Our link transports them, and decides which answer belongs to which request
 * and when it is too late. (The time limit of modbus-serial is not used: it depends on the real clock, and would take late RTU
 * answers for those of the next request.) One request at a time.
 */
export class ModbusClient implements ModbusRequests {
    private readonly port: LinkPort;
    private readonly client: ModbusRTU;

    /** @param place host or path, for errors */
    constructor(
        Client: typeof ModbusRTU,
        link: ModbusLink,
        private readonly place: string,
    ) {
        this.port = new LinkPort(link);
        this.client = new Client(this.port);
        this.client.open();
    }

    async read(unitId: number, { table, address, count }: ModbusBlock): Promise<number[]> {
        const { data } = await this.ask<ReadCoilResult | ReadRegisterResult>((done) =>
            this.client[READS[table]](unitId, address, count, done),
        );
        // Bits are sent in whole bytes.
        return data.slice(0, count).map(Number);
    }

    async writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        await this.ask((done) => this.client.writeFC5(unitId, address, on, done));
    }

    async writeRegister(unitId: number, address: number, word: number): Promise<void> {
        await this.ask((done) => this.client.writeFC6(unitId, address, word, done));
    }

    private async ask<T>(request: (done: NodeStyleCallback<T>) => void): Promise<T> {
        try {
            return await new Promise<T>((resolve, reject) => {
                this.port.failed = reject;
                request((error, result) => (error ? reject(error) : resolve(result)));
            });
        } catch (error) {
            throw this.told(error);
        }
    }

    private told(error: unknown): UpsError {
        const { modbusCode: exception } = error as { modbusCode?: number };
        if (exception === undefined) return asUpsError(error, 'protocol', { host: this.place });
        const reason = `Modbus exception ${exception}`;
        const why = whyOf(exception);
        const data = { host: this.place, ...(why ? { why } : {}), reason, exception };
        return new UpsError('device-refused', data, { cause: error });
    }
}

/** Modbus application protocol, section 7: a gateway reports a unit that does not answer with exception 10 or 11. */
function whyOf(exception: number): Reason | undefined {
    if (exception === EXCEPTION.gatewayPath || exception === EXCEPTION.gatewayTarget) return 'unit-silent';
    return isUnsupported(exception) ? 'no-registers' : undefined;
}

/** Looks like a serial port to modbus-serial, which writes one RTU frame per request and receives one per answer. */
class LinkPort extends EventEmitter {
    /** Always true: a closed link rejects the exchange, with the reason. */
    readonly isOpen = true;
    /** Called when an exchange has failed. */
    failed: (error: unknown) => void = () => {};

    constructor(private readonly link: ModbusLink) {
        super();
    }

    open(done: () => void): void {
        done();
    }

    /** The owner of the link closes it. */
    close(done?: () => void): void {
        done?.();
    }

    write(frame: Buffer): void {
        const unitId = frame[0]!;
        this.link.exchange(unitId, frame.subarray(1, -2)).then(
            (answer) => this.emit('data', rtuFrame(unitId, answer)),
            (error: unknown) => this.failed(error),
        );
    }
}
