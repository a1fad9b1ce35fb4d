import type { Clock } from '../../core/clock';
import { commandName, type CommandResult, type RawItem, type UpsCommand } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { PartialStatus } from '../../core/status/status';
import { decodeMap, saysAnything } from '../device-map/decode';
import type { DeviceMap } from '../device-map/device-map';
import { channelStates } from '../device-map/channel-states';
import { rawItemsOf } from '../device-map/raw-items';
import { LabelledPage } from '../labelled-page/labelled-page';
import { PollingDriver } from '../shared/polling-driver';
import { PageReading } from './label-reading';
import type { WebPage } from './web-page';

export interface PageDriverOptions {
    clock: Clock;
    intervalMs: number;
    page: WebPage;
    map: DeviceMap;
}

/**
 * A device read by its status page (RMCU manual, "Remote Monitoring and Control Status Page"): values by the labels beside them. It carries out no
 * commands: the page has buttons, but how they work is not public. A label that is gone is unknown.
 */
export class PageDriver extends PollingDriver {
    private reading: PageReading;

    constructor(private readonly options: PageDriverOptions) {
        super(options);
        this.reading = new PageReading(undefined, options.map);
    }

    supports(): boolean {
        return false;
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        const { page } = this.options;
        return Promise.reject(new UpsError('not-supported', { device: page.place, command: commandName(command) }));
    }

    channelStates(name: string): string[] | undefined {
        return channelStates(this.options.map, name);
    }

    rawItems(): Record<string, RawItem> {
        return rawItemsOf(this.options.map, this.reading);
    }

    protected release(): void {
        this.options.page.close();
    }

    protected async read(): Promise<PartialStatus> {
        const { clock, map, page } = this.options;
        const bytes = await page.get();
        const time = clock.now();
        this.reading = new PageReading(LabelledPage.read(bytes), map);
        const status = decodeMap(map, this.reading, time);
        if (!saysAnything(status))
            throw new UpsError('device-refused', { host: page.place, reason: said('map.noLabel') });
        return status;
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'protocol', { host: this.options.page.place });
    }
}
