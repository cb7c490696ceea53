/* Keras' LSTM in C, forward only.   cc -O2 -o lstm lstm.c -lm
   Reads the lines of golden/PROTOCOL.md; every other layer is skipped. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int shape[4], rank, count; double *data; } Tensor;

/* The text after "key": or NULL. Cases come without spaces between a key, its colon and its value. */
static char *find(char *text, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  char *place = text ? strstr(text, quoted) : NULL;
  return place ? place + strlen(quoted) : NULL;
}

static Tensor tensor(char *text) {
  Tensor t = {{1, 1, 1, 1}, 0, 1, NULL};
  char *p = find(text, "shape") + 1;
  while (t.rank < 4 && *p != ']') { t.shape[t.rank] = (int)strtol(p, &p, 10); t.count *= t.shape[t.rank++]; p += *p == ','; }
  t.data = malloc(sizeof(double) * t.count);
  p = find(p, "data") + 1;
  for (int i = 0; i < t.count; i++) { t.data[i] = strtod(p, &p); p++; }
  return t;
}

static void write_tensor(const char *name, const int *shape, int rank, const double *data, const char *end) {
  int count = 1;
  printf("\"%s\":{\"shape\":[", name);
  for (int i = 0; i < rank; i++) { printf("%s%d", i ? "," : "", shape[i]); count *= shape[i]; }
  printf("],\"data\":[");
  for (int i = 0; i < count; i++) printf("%s%.17g", i ? "," : "", data[i]);
  printf("]}%s", end);
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static int is(char *line, const char *what) { return strstr(line, what) != NULL; }

static void lstm(char *line) {
  char *weights = find(line, "weights"), *inputs = find(line, "inputs");
  Tensor K = tensor(find(weights, "kernel")), R = tensor(find(weights, "recurrent_kernel")), x = tensor(find(inputs, "x"));
  char *bias = find(weights, "bias"), *h0 = find(inputs, "h0"), *c0 = find(inputs, "c0");
  int N = x.shape[0], T = x.shape[1], D = x.shape[2], H = R.shape[0];
  int sequences = is(line, "\"return_sequences\": true"), backwards = is(line, "\"go_backwards\": true");
  Tensor b = {{0}, 0, 0, calloc(4 * H, sizeof(double))}, h = {{0}, 0, 0, calloc(N * H, sizeof(double))}, c = {{0}, 0, 0, calloc(N * H, sizeof(double))};
  if (bias && bias < inputs) b = tensor(bias);
  if (h0) h = tensor(h0);
  if (c0) c = tensor(c0);
  double *y = malloc(sizeof(double) * N * T * H), *z = malloc(sizeof(double) * 4 * H);
  for (int n = 0; n < N; n++)
    for (int s = 0; s < T; s++) {
      int t = backwards ? T - 1 - s : s;
      for (int j = 0; j < 4 * H; j++) {
        z[j] = b.data[j];
        for (int d = 0; d < D; d++) z[j] += x.data[(n * T + t) * D + d] * K.data[d * 4 * H + j];
        for (int k = 0; k < H; k++) z[j] += h.data[n * H + k] * R.data[k * 4 * H + j];
      }
      for (int j = 0; j < H; j++) {
        double i = sigmoid(z[j]), f = sigmoid(z[H + j]), g = tanh(z[2 * H + j]), o = sigmoid(z[3 * H + j]);
        c.data[n * H + j] = f * c.data[n * H + j] + i * g;
        h.data[n * H + j] = o * tanh(c.data[n * H + j]);
        y[(n * T + s) * H + j] = h.data[n * H + j];
      }
    }
  int all[] = {N, T, H}, last[] = {N, H};
  printf("\"results\":{");
  if (sequences) write_tensor("outputs", all, 3, y, ","); else write_tensor("outputs", last, 2, h.data, ",");
  write_tensor("h", last, 2, h.data, ",");
  write_tensor("c", last, 2, c.data, "},\"forward_only\":true,\"no_steps\":true");
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    char *name = find(line, "name"), *end = strchr(name + 1, '"');
    printf("{\"name\":%.*s,", (int)(end - name + 1), name);
    int plain = is(line, "\"layout\":\"keras\"") && is(line, "\"layer\":\"lstm\"") && !is(line, "\"activation\": \"relu\"") && !is(line, "\"activation\": \"elu\"")
      && !is(line, "\"mask\"") && !is(line, "\"chunks\"") && !is(line, "\"cells\"");
    if (plain) lstm(line); else printf("\"skip\":\"only Keras' LSTM, forward\"");
    printf("}\n");
    fflush(stdout);
  }
  return 0;
}
