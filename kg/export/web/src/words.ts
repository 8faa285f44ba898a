/** What the page itself says, in both languages. */

import type { Both, Language } from "./data";

const WORDS = {
  about: { zh: "{nodes} 个节点，{edges} 条关系", en: "{nodes} {nodes:node|nodes}, {edges} {edges:edge|edges}" },
  areas: { zh: "政策领域", en: "Policy area" },
  around: { zh: "以此为中心", en: "Make it the centre" },
  all: { zh: "全部", en: "All" },
  canvas: {
    zh: "网络图。方向键移动，加减号缩放，0 显示全部，Esc 取消选择。",
    en: "The network. Arrow keys move it, plus and minus zoom, 0 shows all, Esc unselects.",
  },
  close: { zh: "关闭", en: "Close" },
  coloring: { zh: "着色依据", en: "Colour by" },
  columns: { zh: "分栏", en: "Columns" },
  connected: { zh: "关系最多的节点", en: "Best connected" },
  dark: { zh: "深色或浅色", en: "Dark or light" },
  degree: { zh: "最少关系数", en: "Edges at least" },
  details: { zh: "详情", en: "Details" },
  empty: { zh: "这个视图在所选范围内没有任何节点。", en: "This view has no nodes in the selected part of the store." },
  filters: { zh: "筛选", en: "Filters" },
  fit: { zh: "显示全部", en: "Fit to screen" },
  force: { zh: "力导向", en: "Network" },
  from: { zh: "起始年份", en: "From year" },
  full: { zh: "全屏", en: "Full screen" },
  given: { zh: "视图自带", en: "As the view says" },
  hiddenNeighbours: { zh: "另有 {count} 个被筛选隐藏", en: "{count} more are filtered out" },
  hiddenNode: { zh: "此节点被当前筛选隐藏。", en: "The filters hide this node." },
  iri: { zh: "标识符", en: "IRI" },
  kinds: { zh: "类别", en: "Kind" },
  label: { zh: "中文名", en: "Chinese name" },
  label_en: { zh: "英文名", en: "English name" },
  language: { zh: "English", en: "中文" },
  layout: { zh: "布局", en: "Layout" },
  laying: { zh: "正在排布 {percent}%", en: "Arranging {percent}%" },
  legend: { zh: "图例", en: "Legend" },
  levels: { zh: "层级", en: "Level" },
  more: { zh: "再显示 {count} 个", en: "Show {count} more" },
  newest: { zh: "最新 {date}", en: "the newest of {date}" },
  none: { zh: "没有符合当前筛选的节点。", en: "No node passes the filters." },
  notFound: { zh: "没有找到", en: "Nothing found" },
  noWebGL: {
    zh: "此浏览器无法使用 WebGL，因此不能绘图；搜索、筛选和详情仍可使用。",
    en: "This browser cannot use WebGL, so there is no picture; search, filters and details work.",
  },
  onlyThis: { zh: "仅显示", en: "only" },
  only: { zh: "只看{value}", en: "Only {value}" },
  openPage: { zh: "打开页面", en: "Open its page" },
  pause: { zh: "暂停", en: "Pause" },
  place: { zh: "地方", en: "places" },
  play: { zh: "按年播放", en: "Play the years" },
  png: { zh: "存为 PNG", en: "Save as PNG" },
  programme: { zh: "项目", en: "programmes" },
  reports: { zh: "数据来自 {count} 份报告", en: "From {count} {count:report|reports}" },
  reportsOf: { zh: "数据来自 {count} 份报告（{years} 年）", en: "From {count} {count:report|reports} on {years}" },
  reset: { zh: "清除筛选", en: "Clear filters" },
  search: { zh: "搜索名称、代码…", en: "Search names, codes …" },
  selection: { zh: "所选：", en: "Selected: " },
  since: { zh: "起始年份", en: "since" },
  statisticalCode: { zh: "统计代码", en: "Statistical code" },
  code: { zh: "代码", en: "Code" },
  status: { zh: "显示 {nodes}/{all} 个节点，{edges} 条关系", en: "{nodes} of {all} nodes, {edges} edges shown" },
  stop: { zh: "停止", en: "Stop" },
  strategy: { zh: "战略", en: "strategies" },
  svg: { zh: "存为 SVG", en: "Save as SVG" },
  to: { zh: "截止年份", en: "To year" },
  year: { zh: "年份", en: "years" },
  years: { zh: "年份", en: "Years" },
  zoomIn: { zh: "放大", en: "Zoom in" },
  zoomOut: { zh: "缩小", en: "Zoom out" },
} satisfies Record<string, Both>;

export type Word = keyof typeof WORDS;

/** A phrase with its {gaps} filled; {gap:one|many} is the word for so many. */
export function say(word: Word, language: Language, gaps: Record<string, string | number> = {}): string {
  return WORDS[word][language].replace(/\{(\w+)(?::(\w+)\|(\w+))?\}/g, (_, gap: string, one?: string, many?: string) => {
    const value = gaps[gap];
    if (one && many) return value === 1 ? one : many;
    return typeof value === "number" ? value.toLocaleString(language) : String(value);
  });
}

/** The page's word for an attribute's name, or the name itself. */
export function named(name: string, language: Language): string {
  return name in WORDS ? WORDS[name as Word][language] : name;
}
