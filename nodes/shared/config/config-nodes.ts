import type { Node } from 'node-red';
import type { ScalableClock } from '../../../lib/core/clock';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import type { AuxModule } from '../../../lib/protocols/aux/aux-module';
import type { MemoryBackend } from '../../../lib/protocols/aux/memory-backend';
import type { SiteRuntime } from '../runtime/flow-of';

export interface UpsSiteNode extends Node {
    runtime: SiteRuntime;
}

export interface UpsUnitNode extends Node {
    unit: UpsUnit;
    /** The unit's clock: a simulated UPS sets its speed. */
    unitClock: ScalableClock;
    site: SiteRuntime | undefined;
}

export interface UpsAuxModuleNode extends Node {
    /** Absent if its settings are invalid. */
    module?: AuxModule;
    /** The fault in its settings. */
    fault?: unknown;
    /** Its settings as deployed. */
    settings?: object;
    /** For the backends `message` and `simulated`: receives the contact states. */
    contacts?: MemoryBackend;
}
