import { onBeforeUnmount, onMounted, ref } from "vue";

/** How much what was drawn for one size is enlarged for the wall that it hangs on. */
export function useFit(width: number, height: number) {
  const scale = ref(1);
  function fit(): void {
    scale.value = Math.min(innerWidth / width, innerHeight / height);
  }
  onMounted(() => {
    fit();
    addEventListener("resize", fit);
  });
  onBeforeUnmount(() => removeEventListener("resize", fit));
  return scale;
}
