# Indices by the rules that published studies use, in base R and none of our code, on the public file of Arab Barometer V.
# Run in this folder: Rscript published.R FOLDER, where FOLDER holds abv_jordan.csv. Writes published.csv: figures alone.

folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "abv_jordan.csv"))
items <- c(police = "Q201A_42", courts = "Q201A_2", government = "Q201A_1")
answers <- as.matrix(sapply(items, function(name) ifelse(data[[name]] %in% 1:4, data[[name]], NA)))
place <- c("80011" = "Amman", "80021" = "Irbid", "80022" = "Mafraq")[as.character(data$q1)]
weight <- data$wt

rows <- list()
note <- function(rule, score) {
  groups <- c("all", sort(unique(na.omit(place))))
  for (group in groups) {
    use <- !is.na(score) & (group == "all" | (!is.na(place) & place == group))
    rows[[length(rows) + 1]] <<- data.frame(
      rule = rule, place = group, n = sum(use),
      mean = weighted.mean(score[use], weight[use]), plain = mean(score[use]), square = sum(score[use]^2)
    )
  }
}

# 1. Share who trust the police (a great deal, or quite a lot): the archive's own number, as an additive index of one item.
note("trust_police", ifelse(answers[, "police"] <= 2, 1, 0))

# 2. Additive, 0-1: mean of the three items, each (4 - answer) / 3, of those with all three answers.
shares <- (4 - answers) / 3
complete <- rowSums(is.na(shares)) == 0
note("additive", ifelse(complete, rowMeans(shares), NA))

# 3. Flat, complete cases, z by a named group (women of Amman, with their weights), mean of z-scores left as it is.
group <- !is.na(place) & place == "Amman" & data$Q1002 == 2
z <- apply(shares, 2, function(x) {
  use <- group & !is.na(x)
  w <- weight[use] / sum(weight[use]) * sum(use) # Stata's aweights add up to n
  centre <- sum(w * x[use]) / sum(w)
  (x - centre) / sqrt(sum(w * (x[use] - centre)^2) / (sum(use) - 1))
})
note("flat", ifelse(complete, rowMeans(z), NA))

# 4. The same of two items alone, courts and government, which tests/real/jordan_published scores from the file.
pair <- z[, c("courts", "government")]
note("pair", ifelse(rowSums(is.na(pair)) == 0, rowMeans(pair), NA))

# 5. All three with at least two answers, rescaled so that the group has mean 0 and SD 1.
raw <- ifelse(rowSums(!is.na(z)) >= 2, rowMeans(z, na.rm = TRUE), NA)
use <- group & !is.na(raw)
w <- weight[use] / sum(weight[use]) * sum(use)
centre <- sum(w * raw[use]) / sum(w)
note("rescaled", (raw - centre) / sqrt(sum(w * (raw[use] - centre)^2) / (sum(use) - 1)))

options(digits = 15)
write.csv(do.call(rbind, rows), "published.csv", row.names = FALSE)
writeLines(R.version.string, "versions.txt")
