/** Where things are in the window: every screen has an address, so that it can be returned to. */
import { createRouter, createWebHistory, type Router } from 'vue-router';
import { words } from './words/application.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown in the title of the window until the screen knows better. */
    title: string;
    /** Which part of the navigation it belongs to. */
    part: 'home' | 'materials' | 'potentials' | 'newRun' | 'runs' | 'compare' | 'settings';
  }
}

export function makeRouter(): Router {
  const { navigation } = words;
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', name: 'home', component: () => import('./screens/HomeScreen.vue'), meta: { title: navigation.home, part: 'home' } },
      { path: '/materials', name: 'materials', component: () => import('./screens/MaterialsScreen.vue'), meta: { title: navigation.materials, part: 'materials' } },
      { path: '/materials/:id', name: 'material', component: () => import('./screens/MaterialScreen.vue'), props: true, meta: { title: navigation.materials, part: 'materials' } },
      { path: '/potentials', name: 'potentials', component: () => import('./screens/PotentialsScreen.vue'), meta: { title: navigation.potentials, part: 'potentials' } },
      { path: '/potentials/:id', name: 'potential', component: () => import('./screens/PotentialScreen.vue'), props: true, meta: { title: navigation.potentials, part: 'potentials' } },
      { path: '/new', name: 'new-run', component: () => import('./screens/NewRunScreen.vue'), meta: { title: navigation.newRun, part: 'newRun' } },
      { path: '/runs', name: 'runs', component: () => import('./screens/RunsScreen.vue'), meta: { title: navigation.runs, part: 'runs' } },
      { path: '/runs/:id/:view(monitor|results|report)?', name: 'run', component: () => import('./screens/RunScreen.vue'), props: true, meta: { title: navigation.runs, part: 'runs' } },
      { path: '/compare', name: 'compare', component: () => import('./screens/CompareScreen.vue'), meta: { title: navigation.compare, part: 'compare' } },
      { path: '/settings', name: 'settings', component: () => import('./screens/SettingsScreen.vue'), meta: { title: navigation.settings, part: 'settings' } },
      { path: '/:elsewhere(.*)*', redirect: '/' },
    ],
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  });
}
