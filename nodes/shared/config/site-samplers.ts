import { BatterySource } from '../../../lib/core/batteries/battery-source';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { BatterySampler, onOff, partSamples, sourceSamples, StateSampler, UnitSampler } from '../../../lib/store';
import type { AuxModule } from '../../../lib/protocols/aux/aux-module';
import type { RuntimeFlow, SiteRuntime } from '../runtime/flow-of';
import { onAlarms, type SourceLog } from './source-log';

interface Sampler {
    close(): void;
    /** Keeps what is known now. */
    sample?(): void;
}

/** Keeps the history of everything that belongs to a site, as long as the site runs. @returns ends it */
export function sampleSite(flow: RuntimeFlow, site: SiteRuntime): () => void {
    const { dataLogSeconds, sourceLog } = site;
    if (dataLogSeconds <= 0 && !sourceLog) return () => {};
    const { registry } = flow;
    const samplers = new Map<string, Sampler>();
    const end = (id: string) => {
        samplers.get(id)?.close();
        samplers.delete(id);
    };
    const begin = (id: string) => {
        end(id);
        const sampler = samplerOf(flow, site, id);
        if (sampler) samplers.set(id, sampler);
    };
    const unfollow = registry.onChange(({ kind, id, present }) => {
        if (kind !== 'unit' && kind !== 'source') return;
        if (present) begin(id);
        else end(id);
    });
    for (const { id } of registry.sources()) begin(id);
    const sampleAll = () => {
        for (const sampler of samplers.values()) sampler.sample?.();
    };
    const endAlarms = sourceLog?.onAlarm ? onAlarms(flow, site, sampleAll) : () => {};
    return () => {
        endAlarms();
        unfollow();
        for (const id of [...samplers.keys()]) end(id);
    };
}

function samplerOf(flow: RuntimeFlow, site: SiteRuntime, id: string): Sampler | undefined {
    const { series, clock, dataLogSeconds, sourceLog } = site;
    const member = flow.registry.byId(id);
    if (member?.kind === 'unit' && member.site?.id === site.id) {
        const { unit } = member;
        const whole =
            dataLogSeconds > 0 ? new UnitSampler({ unit, series, clock, seconds: dataLogSeconds }) : undefined;
        const parts = sourceLog && partsOf(unit, site, sourceLog);
        return {
            sample: () => parts?.sample(),
            close: () => {
                whole?.close();
                parts?.close();
            },
        };
    }
    if (member?.kind !== 'source' || member.site?.id !== site.id) return undefined;
    const { source } = member;
    if (source instanceof BatterySource) {
        const seconds = dataLogSeconds;
        return seconds > 0 ? new BatterySampler({ battery: source, series, clock, seconds }) : undefined;
    }
    if (!sourceLog) return undefined;
    if (!sourceSamples(source)) return undefined;
    const sampler = new StateSampler({
        owner: source,
        series,
        clock,
        ...sourceLog,
        samples: () => sourceSamples(source) ?? [],
    });
    const unfollow = source.subscribe(() => sampler.changed());
    return {
        sample: () => sampler.sample(),
        close: () => {
            unfollow();
            sampler.close();
        },
    };
}

/** Outputs, contacts and channels of a UPS are kept as sensors are, beside the samples of the whole UPS. */
function partsOf(
    unit: UpsUnit,
    { series, clock, dataLogSeconds }: SiteRuntime,
    sourceLog: SourceLog,
): Required<Sampler> {
    const isInWhole = sourceLog.seconds === dataLogSeconds;
    const sampler = new StateSampler({
        owner: unit,
        series,
        clock,
        ...sourceLog,
        ...(isInWhole && { seconds: 0 }),
        samples: () => {
            const status = unit.status();
            return status && !unit.isSilent ? partSamples(status) : [];
        },
    });
    const unfollow = unit.onStatus(() => sampler.changed());
    return {
        sample: () => sampler.sample(),
        close: () => {
            unfollow();
            sampler.close();
        },
    };
}

/** Keeps the history of a module's outputs in the only site there is: modules belong to none. @returns ends it */
export function sampleOutputs(
    flow: RuntimeFlow,
    { id, name }: { id: string; name: string },
    module: AuxModule,
): () => void {
    const site = flow.registry.siteOf(undefined);
    if (!site?.sourceLog) return () => {};
    const { series, clock, sourceLog } = site;
    const sampler = new StateSampler({
        owner: { id, name },
        series,
        clock,
        ...sourceLog,
        samples: () =>
            module.ports.flatMap((port) => {
                const state = module.failure ? undefined : onOff(port.on);
                return port.output && state ? [{ quantity: `output ${port.name}`, unit: '', state }] : [];
            }),
    });
    const unfollow = module.onReading(() => sampler.changed());
    const endAlarms = sourceLog.onAlarm ? onAlarms(flow, site, () => sampler.sample()) : () => {};
    return () => {
        endAlarms();
        unfollow();
        sampler.close();
    };
}
