import { EventEmitter } from 'node:events';
import type ModbusRTU from 'modbus-serial';
import type { NodeStyleCallback, ReadCoilResult, ReadRegisterResult } from 'modbus-serial/ModbusRTU';
import { asUpsError, UpsError } from '../../core/errors';
import type { Reason } from '../../core/reasons';
import { rtuFrame } from '../modbus-server/framing';
import { EXCEPTION, isUnsupported, type ModbusBlock, type ModbusLine } from './line';
import type { ModbusLink } from './link';

/** What can be asked over an open link. */
export type ModbusRequests = Omit<ModbusLine, 'close'>;

const READS = { coil: 'writeFC1', discrete: 'writeFC2', holding: 'writeFC3', input: 'writeFC4' } as const;

/**
 * modbus-serial builds the requests and reads the answers; a link of ours carries them and decides which answer belongs to which request,
 * and when it is too late. (modbus-serial's own time limit stays unset: it has no clock but the real one, and RTU answers that come too
 * late would be taken for those of the next request.) One request at a time.
 */
export class ModbusClient implements ModbusRequests {
    private readonly port: LinkPort;
    private readonly client: ModbusRTU;

    /** @param place for errors: host or path */
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
        // Bits come in whole bytes.
        return data.slice(0, count).map(Number);
    }

    async writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        await this.ask((done) => this.client.writeFC5(unitId, address, on, done));
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

/** Section 7 of the Modbus application protocol: a gateway that hears nothing of the unit behind it says so. */
function whyOf(exception: number): Reason | undefined {
    if (exception === EXCEPTION.gatewayPath || exception === EXCEPTION.gatewayTarget) return 'unit-silent';
    return isUnsupported(exception) ? 'no-registers' : undefined;
}

/** What modbus-serial takes for a serial port: it writes one whole RTU frame for each request, and is given one for each answer. */
class LinkPort extends EventEmitter {
    /** A closed link says so itself, with the reason. */
    readonly isOpen = true;
    /** Told when no answer is to be had. */
    failed: (error: unknown) => void = () => {};

    constructor(private readonly link: ModbusLink) {
        super();
    }

    open(done: () => void): void {
        done();
    }

    /** The link is closed by its owner. */
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
