import { addTexts } from '../../lib/catalogues';

// The texts of this page come with it: what must be there at once stays small.
await addTexts({
    en: () => import('ridethrough:catalogue/battery_en'),
    de: () => import('ridethrough:catalogue/battery_de'),
});
