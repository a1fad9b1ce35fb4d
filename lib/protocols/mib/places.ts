import { refusedFile } from '../shared/refused-file';
import type { Assignment } from './assignments';
import type { ModuleStore } from './module-store';
import type { MibModule } from './modules';

/** A module with what its names stand for. */
export interface PlacedModule extends MibModule {
    assignments: ReadonlyMap<string, Assignment>;
}

/** The arcs below the root (RFC 2578, section 3.6; ISO and ITU-T name the others). */
const ROOTS: ReadonlyMap<string, number[]> = new Map([
    ['iso', [1]],
    ['ccitt', [0]],
    ['joint-iso-ccitt', [2]],
]);

/** An object identifier has no more numbers (RFC 2578, section 3.5). */
const MOST_NUMBERS = 128;

/** Finds the object identifiers of names, whatever the order of the definitions. */
export class Places {
    /** Modules that were needed and are not there. */
    readonly missing = new Set<string>();
    private readonly modules: ReadonlyMap<string, PlacedModule>;

    constructor(
        modules: readonly PlacedModule[],
        private readonly store: ModuleStore,
    ) {
        this.modules = new Map(modules.map((module) => [module.name, module]));
    }

    /**
     * The numbers of a name; undefined if a module that it is below is missing (see `missing`).
     * @throws UpsError file-refused: mib.unresolved, mib.ring, mib.syntax (line)
     */
    numbersOf(module: PlacedModule, name: string): number[] | undefined {
        const seen = new Set<Assignment>();
        const { line } = module.assignments.get(name) ?? module;
        let tail: number[] = [];
        let within = module;
        let at = name;
        for (;;) {
            const own = within.assignments.get(at);
            if (own) {
                if (seen.has(own)) throw refusedFile('mib.ring', { line: own.line, name: own.name });
                seen.add(own);
                tail = [...own.numbers, ...tail];
                if (tail.length > MOST_NUMBERS) throw refusedFile('mib.syntax', { line });
                if (!own.parent) return tail;
                at = own.parent;
                continue;
            }
            const root = ROOTS.get(at);
            if (root) return [...root, ...tail];
            const from = within.imports.get(at);
            const other = from === undefined ? undefined : this.modules.get(from);
            if (other?.assignments.has(at)) {
                within = other;
                continue;
            }
            // A name of the base modules need not be imported, but must not be imported from elsewhere.
            const isMissing = from !== undefined && !other && !this.store.baseName(from);
            const known = isMissing ? undefined : this.store.baseNumbers(at);
            if (known) return [...known, ...tail];
            if (!isMissing) throw refusedFile('mib.unresolved', { line, name, parent: at });
            this.missing.add(from);
            return undefined;
        }
    }
}
