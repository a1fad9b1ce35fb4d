import { computed, type WritableComputedRef } from 'vue';

type RouteQuery = Record<string, string | null | (string | null)[] | undefined>;

/** As much of vue-router as is used; the dashboard brings it. */
export interface Router {
    readonly currentRoute: { readonly value: { path: string; query: RouteQuery } };
    replace(to: { query: RouteQuery }): Promise<unknown>;
    push(to: string): Promise<unknown>;
}

/** The address of the browser, for all widgets of a router. What is set in one go is one navigation: the router shows the new address only after it. */
export interface Address {
    get(name: string): string | undefined;
    set(name: string, value: string | undefined): void;
}
const addresses = new WeakMap<Router, Address>();

/** The router must know of it: at a deploy the dashboard goes to the address that its router knows. */
export function addressOf(router: Router): Address {
    const known = addresses.get(router);
    if (known) return known;
    let changes: Record<string, string | undefined> | undefined;
    const write = () => {
        const query = { ...router.currentRoute.value.query, ...changes };
        changes = undefined;
        void router.replace({
            query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)),
        });
    };
    const address: Address = {
        get(name) {
            const value = router.currentRoute.value.query[name];
            return (Array.isArray(value) ? value[0] : value) ?? undefined;
        },
        set(name, value) {
            if (!changes) queueMicrotask(write);
            changes = { ...changes, [name]: value };
        },
    };
    addresses.set(router, address);
    return address;
}

export function addressPart(address: Address, name: string): WritableComputedRef<string | undefined> {
    return computed({ get: () => address.get(name), set: (value) => address.set(name, value) });
}
